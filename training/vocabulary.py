"""Step 2: a joint SentencePiece vocabulary over Dutch and English, written as MarianTokenizer's files (`tokenizer/`)."""

import contextlib
import json
import random
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import sentencepiece

from . import config, corpus, options

END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"
LETTERS = (
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿßœ"  # western Europe
    "āăąćčďđēėęěğģīįıķļľłńņňőřśşșšťțūůűųźżžǎǐǒǔ"  # the rest of Latin Europe, Turkish, pinyin
)
SIGNS = "€£$¥°½¼¾²³%&@+§•·/()[]!?:;,.'\"-0123456789"
REQUIRED = "".join(dict.fromkeys(LETTERS + LETTERS.upper().replace("SS", "") + SIGNS))
REPLACED = {
    "„": '"', "“": '"', "”": '"', "«": '"', "»": '"', "‟": '"', "″": '"',
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "´": "'", "`": "'", "′": "'",
    "–": "-", "‐": "-", "‑": "-", "‒": "-", "−": "-", "—": " - ", "…": "...",
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "", "\u2060": "", "\u200e": "", "\u200f": "",
}  # fmt: skip
SPACES = "\t\n\r\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"


def rules() -> Iterator[tuple[str, str]]:
    """What SentencePiece rewrites before it cuts: composed Latin letters, plain quotes and dashes, plain spaces.

    It is the part of Moses' punctuation normalisation that needs no context, so that a caller who forgets to
    normalise loses little, and it leaves ½ and ° alone, which NFKC would not.
    """
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code)
        taken_apart = unicodedata.normalize("NFD", letter)
        if taken_apart != letter and unicodedata.normalize("NFC", taken_apart) == letter:
            yield taken_apart, letter
    yield from REPLACED.items()
    yield from ((space, " ") for space in SPACES)


def rules_table() -> str:
    """The rules in SentencePiece's form: code points in hexadecimal, tab, code points."""

    def codes(text: str) -> str:
        return " ".join(f"{ord(char):X}" for char in text)

    return "".join(f"{codes(old)}\t{codes(new)}\n" for old, new in rules())


def training_lines(recipe: config.Recipe, work: Path) -> Iterator[str]:
    """Both sides of the prepared pairs with their weights, as SentencePiece's weighted TSV."""
    for name, source in recipe.sources.items():
        path = work / "data" / f"{name}.tsv"
        if not path.is_file():
            continue
        pairs = list(corpus.tabbed(path))
        if source.vocabulary_limit and len(pairs) > source.vocabulary_limit:
            pairs = random.Random(recipe.seed).sample(pairs, source.vocabulary_limit)
        for pair in pairs:
            yield f"{pair.dutch}\t{source.vocabulary_weight}\n"
            yield f"{pair.english}\t{source.vocabulary_weight}\n"


def build(recipe: config.Recipe, work: Path) -> Path:
    """Train the vocabulary and write the tokenizer's files; returns their folder. One thread, so that it repeats."""
    home = work.resolve()
    folder = home / "tokenizer"
    folder.mkdir(parents=True, exist_ok=True)
    size = recipe.vocabulary.size
    with tempfile.TemporaryDirectory(dir=work) as scratch, contextlib.chdir(scratch):  # the model records file names
        with Path("text.tsv").open("w", encoding="utf-8") as stream:
            stream.writelines(training_lines(recipe, home))
        Path("rules.tsv").write_text(rules_table(), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input="text.tsv", input_format="tsv", model_prefix="spm", model_type="unigram",
            vocab_size=size - 2, hard_vocab_limit=False, unk_id=0, bos_id=-1, eos_id=-1, pad_id=-1,
            character_coverage=0.99999, required_chars=REQUIRED, split_digits=True, normalization_rule_tsv="rules.tsv",
            num_threads=1, max_sentence_length=8192, input_sentence_size=0, shuffle_input_sentence=False, minloglevel=1,
        )  # fmt: skip
        model = Path("spm.model").read_bytes()
    for side in ("source", "target"):
        (folder / f"{side}.spm").write_bytes(model)
    write_vocabulary(folder, model)
    return folder


def write_vocabulary(folder: Path, model: bytes) -> None:
    """`vocab.json` with Marian's ids (</s> 0, <unk> 1, pieces, <pad> last) and the tokenizer's configuration."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = [processor.id_to_piece(i) for i in range(1, processor.get_piece_size())]
    vocabulary = {piece: i for i, piece in enumerate([END, UNKNOWN, *pieces, PAD])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    added = {
        str(vocabulary[piece]): {
            "content": piece, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True,
        }
        for piece in (END, UNKNOWN, PAD)
    }  # fmt: skip
    settings = {
        "added_tokens_decoder": added, "eos_token": END, "model_max_length": 512, "pad_token": PAD, "separate_vocabs": False,
        "source_lang": "nl", "sp_model_kwargs": {}, "target_lang": "en", "tokenizer_class": "MarianTokenizer", "unk_token": UNKNOWN,
    }  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


class Pieces:
    """Text ↔ ids with a tokenizer folder's files; the same ids as MarianTokenizer gives, without its overhead."""

    def __init__(self, folder: Path) -> None:
        self.processor = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
        self.ids: dict[str, int] = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        self.by_processor = [
            self.ids.get(self.processor.id_to_piece(i), 1) for i in range(self.processor.get_piece_size())
        ]
        self.names = list(self.ids)
        self.cuts: dict[int, list[tuple[int, int]]] = {}
        self.end, self.unknown, self.pad = self.ids[END], self.ids[UNKNOWN], self.ids[PAD]

    def __len__(self) -> int:
        return len(self.names)

    def encode(self, text: str) -> list[int]:
        """Ids of a sentence, without </s>."""
        table = self.by_processor
        return [table[i] for i in self.processor.encode(text)]

    def halves(self, piece: int) -> list[tuple[int, int]]:
        """The ways to cut a piece into two pieces; a lone word mark is no half."""
        known = self.cuts.get(piece)
        if known is None:
            name = self.names[piece]
            cuts = [(name[:at], name[at:]) for at in range(2 if name.startswith("▁") else 1, len(name))]
            known = [(self.ids[a], self.ids[b]) for a, b in cuts if a in self.ids and b in self.ids]
            self.cuts[piece] = known if piece not in (self.end, self.unknown, self.pad) else []
        return self.cuts[piece]

    def decode(self, ids: list[int]) -> str:
        """Text of ids; special ids are passed over."""
        kept = [self.names[i] for i in ids if i not in (self.end, self.unknown, self.pad)]
        return str(self.processor.decode_pieces(kept))


@click.command(help=__doc__)
@options.recipe
@options.work
def main(recipe: Path, work: Path) -> None:
    """The command."""
    folder = build(config.load(recipe), work)
    click.echo(f"{folder}: {len(Pieces(folder))} pieces")


if __name__ == "__main__":
    main()
