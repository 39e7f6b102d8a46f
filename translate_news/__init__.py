"""translate-news: Dutch news pages in, checked English news out.

>>> from translate_news import open_engine, segment, translate
>>> page = segment("DUQM (ANP) - Er zijn geen gewonden.")
>>> translate([page], open_engine("echo", None))[0].renderings[0].english
'Er zijn geen gewonden.'
"""

from translate_news.document import Page, Translation
from translate_news.engine import Decoding, open_engine
from translate_news.errors import TranslateNewsError
from translate_news.pipeline import Options, translate
from translate_news.segment import segment

__all__ = ["Decoding", "Options", "Page", "TranslateNewsError", "Translation", "open_engine", "segment", "translate"]
