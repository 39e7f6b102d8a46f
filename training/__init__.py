"""Train the bundled Dutch→English weights: prepare, vocabulary, align, train, evaluate, export; one command a step."""
