#!/usr/bin/env python3
"""Writes Tests/TokensTests/References: a small tokenizer of each kind, and the ids that Hugging Face's library makes of texts.

    python3 Scripts/reference-tokenizers.py        # needs tokenizers (0.23.3) and sentencepiece (0.2)

So the expected ids in the tests do not come from the code under test. Every `KIND.json` is a tokenizer.json, configured as the
models of that name have it and trained on the sentences below; the last four have what those leave out. `ids.json` has the texts,
and for each kind the ids of each text. Special tokens in a text are words (`encode_special_tokens`).
The library trains in no fixed order, so each run writes other files, which agree with each other.
"""

import io
import json
import pathlib

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Tests/TokensTests/References"

SENTENCES = (
    """
A photo of a red car in the street. The red cars are parked in the street.
Two people are walking along the beach at sunset, and a dog is running beside them.
A close-up of somebody's hands typing; it's 10:42 on the clock, and they've got 25 minutes left.
The presenter's slide shows a diagram of the network. The slides don't show numbers above 1,000.
Searching the library for words: cats sleeping, children playing football, waves breaking on rocks.
Das rote Auto fährt über die Straße. Une voiture rouge dans la rue, l'été à Paris. El coche rojo está en la calle.
Красная машина на улице. Кошка сидит на диване. Ένα κόκκινο αυτοκίνητο στο δρόμο.
سيارة حمراء في الشارع. रास्ते में लाल गाड़ी। 빨간 자동차가 거리에 있다. 猫が眠る。犬は走る。红色的汽车在街上。一只猫坐在沙发上。
""".strip().split("\n")
    * 20
)

TEXTS = [
    "",
    " ",
    "\n",
    "a",
    "red car",
    "A photo of a red car.",
    "  The   RED cars,  parked ",
    "It's 10:42, they've got 25 minutes!",
    "x1234567y 1,000",
    "café",
    "cafe\u0301",
    "\u0301",
    "E\u0323\u0302\u0301 o\u0302\u0323",
    "\u0f73\u0f71 \u033d\u0301\u0f73",
    "Straße ẞ İstanbul Σίσυφος ǅ",
    "ﬁlm ½ ｆｕｌｌ\u3000１２ ㍿",
    "猫が眠る。",
    "红色的汽车",
    "빨간 자동차",
    "각\u1100\u1161\u11a8",
    "سيارة حمراء",
    "रास्ते में क्षि",
    "กำ",
    "👩‍👩‍👧 ❤️ 🇩🇪 🎉🎉",
    "a\u200bb\u200dc\ufeffd",
    "\0\x01\x1b[2J",
    "tab\there\r\nnew\n\nline",
    "▁ ▁▁ Ġ </w> ##a <0x41>",
    "<s>",
    "</s> red</s>",
    "<|endoftext|> car",
    "[SEP] [UNK] [CLS]",
    "<eos><bos>",
    "<mask>",
    "<tool>car<tool>",
    "kitchen kitchens the kitchen",
    "a <l> b",
    "a <r>  b",
    "<l><r>",
    "Été E\u0301TE\u0301",
    "foo Foo  FOO",
    "»car»",
    "(((red)))...!?",
    "don't DON'T 'S",
    "a-b_c+d=e",
    "donaudampfschifffahrt",
    "zzzzzzzzzzzzzzzzzzzzzz",
    "\ue000\ufffd\uffff",
    "e\u0301" * 20,
    "🎉" * 12,
    " " * 30 + "a",
]


def character_map(**rule):
    """SentencePiece's compiled rules, taken out of a model: ModelProto.normalizer_spec is 3, precompiled_charsmap in it 2."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_writer=model,
        vocab_size=400,
        model_type="char",
        hard_vocab_limit=False,
        minloglevel=2,
        **rule,
    )
    return field(field(model.getvalue(), 3), 2)


def field(message, wanted):
    at = 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 0:
            number()
            continue
        size = number() if key & 7 == 2 else {1: 8, 5: 4}[key & 7]
        if key >> 3 == wanted:
            return message[at : at + size]
        at += size


def few_rules():
    """Ten of the rules of NFKC, because all of them would make the file large. One removes a character."""
    rules = OUTPUT / "rules.tsv"
    rules.write_text(
        "FB01\t66 69\n3000\t20\nA0\t20\n65 301\tE9\nBD\t31 2044 32\n200B\t\nFF46\t66\nFF55\t75\nFF4C\t6C\nFF11\t31\n"
    )
    try:
        return character_map(normalization_rule_tsv=str(rules))
    finally:
        rules.unlink()


def train(tokenizer, trainer, **settings):
    tokenizer.train_from_iterator(SENTENCES, trainer(show_progress=False, **settings))
    return tokenizer


def around(tokenizer, single, *names):
    tokenizer.post_processor = processors.TemplateProcessing(
        single=single, special_tokens=[(name, tokenizer.token_to_id(name)) for name in names]
    )


def clip():
    words = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(words), "removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    train(tokenizer, trainers.BpeTrainer, vocab_size=460, end_of_word_suffix="</w>", initial_alphabet=alphabet)
    file = json.loads(tokenizer.to_str())
    merges = [tuple(pair) for pair in file["model"]["merges"]]
    tokens = (
        alphabet
        + [letter + "</w>" for letter in alphabet]
        + [a + b for a, b in merges]
        + ["<|startoftext|>", "<|endoftext|>"]
    )
    ids = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    start, end = ids["<|startoftext|>"], ids["<|endoftext|>"]
    file["model"] |= {"vocab": ids, "merges": [f"{a} {b}" for a, b in merges], "unk_token": "<|endoftext|>"}
    file["post_processor"] = {
        "type": "RobertaProcessing",
        "sep": ["<|endoftext|>", end],
        "cls": ["<|startoftext|>", start],
        "trim_offsets": False,
        "add_prefix_space": False,
    }
    file["added_tokens"] = [
        {
            "id": id,
            "content": name,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": start == id,
            "special": True,
        }
        for id, name in ((start, "<|startoftext|>"), (end, "<|endoftext|>"))
    ]
    return file


def siglip():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(few_rules()),
            normalizers.Strip(left=False, right=True),
            normalizers.Replace(Regex(" {2,}"), "▁"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    train(tokenizer, trainers.UnigramTrainer, vocab_size=260, unk_token="<unk>", special_tokens=["<pad>", "</s>", "<unk>"])
    around(tokenizer, "$A </s>", "</s>")
    tokenizer.enable_padding(pad_id=1, pad_token="</s>", length=64)
    return tokenizer


def gemma():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    special = ["<pad>", "<eos>", "<bos>", "<unk>"]
    tokens = special + [f"<0x{byte:02X}>" for byte in range(256)] + ["\n\n", "▁▁"]
    train(tokenizer, trainers.BpeTrainer, vocab_size=420, special_tokens=tokens, limit_alphabet=70)
    around(tokenizer, "$A <eos>", "<eos>")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.enable_padding(pad_id=0, pad_token="<pad>", length=64)
    file = json.loads(tokenizer.to_str())
    file["added_tokens"] = [token for token in file["added_tokens"] if not token["content"].startswith("<0x")]
    for token in file["added_tokens"]:
        token["special"] = token["content"] in special
    return file


def xlm_roberta():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(few_rules()), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    train(tokenizer, trainers.UnigramTrainer, vocab_size=260, unk_token="<unk>", special_tokens=special)
    tokenizer.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True)])
    around(tokenizer, "<s> $A </s>", "<s>", "</s>")
    return tokenizer


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    train(tokenizer, trainers.WordPieceTrainer, vocab_size=320, special_tokens=special, limit_alphabet=110)
    around(tokenizer, "[CLS] $A [SEP]", "[CLS]", "[SEP]")
    return tokenizer


def qwen():
    words = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(words), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    train(tokenizer, trainers.BpeTrainer, vocab_size=320, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet)
    tokenizer.add_tokens(
        [
            AddedToken("<tool>", normalized=False),
            AddedToken("kitchen", single_word=True),
            AddedToken(" <l>", lstrip=True, normalized=False),
            AddedToken("<r>", rstrip=True),
            AddedToken("Été"),
            AddedToken("<l><r>"),
        ]
    )
    end = processors.TemplateProcessing(single="$A <|endoftext|>", special_tokens=[("<|endoftext|>", 0)])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), end])
    return tokenizer


def roberta():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.Strip()
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    special, alphabet = ["<s>", "<pad>", "</s>", "<unk>"], pre_tokenizers.ByteLevel.alphabet()
    train(tokenizer, trainers.BpeTrainer, vocab_size=320, special_tokens=special, initial_alphabet=alphabet)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    return tokenizer


def prefixed_pairs():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="##", fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFD(),
            normalizers.StripAccents(),
            normalizers.Replace("a", ""),
            normalizers.Replace(Regex(r"\d\d"), "9"),
            normalizers.Prepend("x"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)]
    )
    train(
        tokenizer,
        trainers.BpeTrainer,
        vocab_size=160,
        special_tokens=["<unk>"],
        continuing_subword_prefix="##",
        limit_alphabet=40,
    )
    tokenizer.post_processor = processors.BertProcessing(("<unk>", 0), ("<unk>", 0))
    return tokenizer


def byte_unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Strip(), normalizers.Replace("»", "")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Punctuation("merged_with_previous"),
            pre_tokenizers.Digits(),
            pre_tokenizers.Metaspace(prepend_scheme="first"),
        ]
    )
    special = ["<unk>"] + [f"<0x{byte:02X}>" for byte in range(128, 256)]
    train(tokenizer, trainers.UnigramTrainer, vocab_size=400, unk_token="<unk>", special_tokens=special)
    file = json.loads(tokenizer.to_str())
    file["model"]["byte_fallback"] = True
    file["added_tokens"] = file["added_tokens"][:1]
    return file


def long_words():
    tokenizer = Tokenizer(models.WordPiece(unk_token="?", max_input_chars_per_word=12))
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=False, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("[aeiou]+"), "contiguous"),
            pre_tokenizers.Punctuation("merged_with_next"),
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Metaspace(split=False, prepend_scheme="first"),
        ]
    )
    train(tokenizer, trainers.WordPieceTrainer, vocab_size=160, special_tokens=["?"], limit_alphabet=40)
    return tokenizer


def delimiters():
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.StripAccents(), normalizers.BertNormalizer(handle_chinese_chars=False)]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split("e", "merged_with_previous"),
            pre_tokenizers.Split("t", "isolated"),
            pre_tokenizers.Split(Regex(r"[^\p{L}]"), "removed"),
            pre_tokenizers.Metaspace(prepend_scheme="first"),
        ]
    )
    train(tokenizer, trainers.BpeTrainer, vocab_size=120, special_tokens=["<unk>"], limit_alphabet=40)
    tokenizer.add_tokens([AddedToken("Foo", normalized=True, lstrip=True, rstrip=True)])
    return tokenizer


def without_names(file):
    """The library's Unigram finds special tokens in the text in spite of `encode_special_tokens`. So they lose their names."""
    file = json.loads(json.dumps(file))
    special = [token["content"] for token in file["added_tokens"] if token["special"]]
    if file["model"]["type"] == "Unigram":
        file["added_tokens"] = [token for token in file["added_tokens"] if not token["special"]]
        file["model"]["vocab"] = [
            ["\U0010fffd" if name in special else name, score] for name, score in file["model"]["vocab"]
        ]
    return file


def main():
    OUTPUT.mkdir(exist_ok=True)
    kinds = [clip, siglip, gemma, xlm_roberta, bert, qwen, roberta, prefixed_pairs, byte_unigram, long_words, delimiters]
    ids = {}
    for kind in kinds:
        made = kind()
        file = made if isinstance(made, dict) else json.loads(made.to_str())
        text = json.dumps(file, ensure_ascii=kind is bert, separators=(",", ":")) + "\n"
        name = kind.__name__.replace("_", "-")
        (OUTPUT / f"{name}.json").write_text(text)
        tokenizer = Tokenizer.from_str(json.dumps(without_names(file)))
        tokenizer.no_padding()
        tokenizer.encode_special_tokens = True
        ids[name] = [tokenizer.encode(text).ids for text in TEXTS]
    (OUTPUT / "ids.json").write_text(json.dumps({"texts": TEXTS, "ids": ids}, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
