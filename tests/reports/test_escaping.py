"""Text within Markdown: shown as it is by CommonMark, GitHub and Discord, and readable where it is not rendered."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from model_tracker.reports.escaping import escaped
from model_tracker.reports.plain import one_line

NO_WIDTH = "\u200b"

LEFT_ALONE = [
    "Z-Image Turbo (6B)",
    "Wan2.2 Text2video 14B, v1.0!",
    "ltx2_22B_distilled_1_1",
    "a.b-c 1.5: x, y; 50 % + 3 = 4",
    "~14.8 GB, ~High, < 0.1",
    "D:\\models\\ckpts",
    "C# {a} [^b",
    "5 > 3 - 2 & more",
    "at 12:30",
]
INERT = {
    "| a | b |": r"\| a \| b \|",
    "||spoiler||": r"\|\|spoiler\|\|",
    "`code` ```x```": r"\`code\` \`\`\`x\`\`\`",
    "*b* **c** _i_ __u__ ~s~ ~~t~~": r"\*b\* \*\*c\*\* \_i\_ \_\_u\_\_ ~s\~ \~\~t\~\~",
    "snake_case_ a__b__c": r"snake_case\_ a\_\_b\_\_c",
    "[x](javascript:alert(1))": r"\[x](javascript:alert(1))",
    "![x](http://a/b.png)": r"!\[x](http\://a/b.png)",
    "[a]: http://b": r"\[a]: http\://b",
    "<script>alert(1)</script>": r"\<script>alert(1)\</script>",
    "<img src=x onerror=y>": r"\<img src=x onerror=y>",
    "https://a.b www.a.b WWW.a.b": r"https\://a.b www\.a.b WWW\.a.b",
    "&amp; &#64; &lt": r"\&amp; \&#64; &lt".replace("#", f"#{NO_WIDTH}").replace(r"\&#", "&#"),
    "$x$": r"\$x\$",
    "a\\*b\\": r"a\\\*b\\",
    "@everyone @here": f"@{NO_WIDTH}everyone @{NO_WIDTH}here",
    "<@123> <@&4> <#5>": rf"\<@{NO_WIDTH}123> \<@{NO_WIDTH}&4> \<#{NO_WIDTH}5>",
    "a@b.c": f"a@{NO_WIDTH}b.c",
    "fixes #12": f"fixes #{NO_WIDTH}12",
    ":smile: <a:x:1> :+1:": rf":{NO_WIDTH}smile: \<a:{NO_WIDTH}x:1> :{NO_WIDTH}+1:",
    "# heading": r"\# heading",
    "> quote": r"\> quote",
    "- item": r"\- item",
    "---": r"\---",
    "+ item": r"\+ item",
    "===": r"\===",
    "-# small": r"\-# small",
    "1. item": r"1\. item",
    "123456789) item": r"123456789\) item",
    "a\n\n# b\r\u2028c\x0bd": "a # b c d",
    "\u202egpj.exe \x00\x1b[0m \ud800": "\ufffdgpj.exe \ufffd\ufffd\\[0m \ufffd",
}

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])

DISCORD = {
    "escape": r"\\([^0-9A-Za-z\s])",
    "acts": r"\|\|.+?\|\||~~.+?~~|__(?:\\.|[^\\])+?__|\b_(?:__|\\.|[^\\_])+?_(?!\w)|\*|`|https?://[^\s<]+[^<.,:;\"'\]\s]"
    r"|<[@#:a/]|@everyone|@here|:\w+:|\[[^\]]*\]\(",
}
"""What Discord makes something of, at any place that it reaches."""


@pytest.mark.parametrize("plain", LEFT_ALONE)
def test_plain_text_stays_as_it_is(plain):
    assert escaped(plain).replace(r"\[", "[") == plain


@pytest.mark.parametrize("hostile", INERT)
def test_what_markdown_would_act_upon_is_made_inert(hostile):
    assert escaped(hostile) == INERT[hostile]


def texts():
    marks = st.sampled_from(
        [*INERT, *LEFT_ALONE, *"|`*_~[]()<>#!&:;@\\-+=.1 $ax\n\t", "__", "~~", "](", "://", "www.", "&lt;"]
    )
    return st.lists(st.one_of(marks, st.text(max_size=3)), max_size=8).map("".join)


def shown(tokens):
    """Return what is read in a parsed text, or the kinds of the tokens that are more than text."""
    parts = [child for token in tokens for child in token.children or ()]
    kinds = {part.type for part in parts} - {"text", "text_special"}
    return sorted(kinds) or "".join(part.content for part in parts).replace(NO_WIDTH, "")


def meant(text):
    """Return what is to be read; Markdown takes the spaces at the ends away."""
    return one_line(text).replace(NO_WIDTH, "").strip()


@given(texts())
def test_a_markdown_parser_reads_the_text_itself_in_a_list(text):
    source = escaped(text)
    tokens = GITHUB.parse(f"- {source}\n")
    assert {token.type.rpartition("_")[0] for token in tokens} <= {
        "bullet_list",
        "list_item",
        "paragraph",
        "",
    }
    assert shown(tokens) == meant(text)


@given(texts())
def test_a_markdown_parser_reads_the_text_itself_in_a_cell_of_a_table(text):
    source = escaped(text)
    tokens = GITHUB.parse(f"| a | b |\n|---|---|\n| {source} | end |\n")
    cells = [token for before, token in pairwise(tokens) if before.type == "td_open"]
    assert [shown([cell]) for cell in cells] == [meant(text), "end"]


@given(texts())
def test_a_markdown_parser_reads_the_text_itself_in_a_heading(text):
    tokens = GITHUB.parse(f"### {escaped(text)}: 1 of 2\n")
    assert tokens[0].type == "heading_open"
    assert shown(tokens) == f"{meant(text)}: 1 of 2"


@given(texts())
def test_discord_finds_nothing_to_act_upon(text):
    """Its parser takes an escaped mark, or something that acts, or one character, in this order."""
    source, place = f"✓ {escaped(text)} end", 0
    while place < len(source):
        rest = source[place:]
        pair = re.match(DISCORD["escape"], rest)
        assert pair or not re.match(DISCORD["acts"], rest), rest
        place += pair.end() if pair else 1
