"""`python -m translate_news` is `translate-news`."""

from translate_news.cli import main

main()
