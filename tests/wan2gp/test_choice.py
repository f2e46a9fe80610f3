"""Which of several alternatives Wan2GP takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_tracker.wan2gp.choice import Choice, ChoiceKind, choose, choose_as_host, module_dtype

BF16, FP16 = "m_bf16.safetensors", "m_fp16.safetensors"
INT8_BF16, INT8_FP16, INT8 = "m_int8_bf16.safetensors", "m_int8_fp16.safetensors", "m_int8.safetensors"
FP8_BF16, FP8_FP16, FP8 = "m_fp8_bf16.safetensors", "m_fp8_fp16.safetensors", "m_fp8.safetensors"
NVFP4 = "m_nvfp4.safetensors"

CASES = {
    "one entry is taken whatever is asked": ([BF16], "int8", "bf16", BF16, ChoiceKind.ONLY),
    "one entry, nothing asked": ([INT8], "", "bf16", INT8, ChoiceKind.ONLY),
    "bf16 asked: the first": ([INT8, BF16], "bf16", "bf16", INT8, ChoiceKind.FIRST),
    "nothing asked: the first": ([FP8, BF16], "", "fp16", FP8, ChoiceKind.FIRST),
    "int8 asked and there": ([BF16, FP8, INT8_BF16], "int8", "bf16", INT8_BF16, ChoiceKind.ASKED),
    "fp8 asked and there": ([BF16, INT8_BF16, FP8_BF16], "fp8", "bf16", FP8_BF16, ChoiceKind.ASKED),
    "fp8 stands in for int8": ([BF16, FP8], "int8", "bf16", FP8, ChoiceKind.FALLBACK),
    "int8 stands in for fp8": ([BF16, INT8], "fp8", "bf16", INT8, ChoiceKind.FALLBACK),
    "the right dtype among the asked": ([INT8_BF16, INT8_FP16], "int8", "fp16", INT8_FP16, ChoiceKind.ASKED),
    "the right dtype among stand-ins": ([FP8_FP16, FP8_BF16], "int8", "bf16", FP8_BF16, ChoiceKind.FALLBACK),
    "dtype beats the asked int8": ([INT8_FP16, FP8_BF16], "int8", "bf16", FP8_BF16, ChoiceKind.DTYPE_WON),
    "dtype beats the asked fp8": ([FP8_BF16, INT8_FP16], "fp8", "fp16", INT8_FP16, ChoiceKind.DTYPE_WON),
    "a stand-in without a dtype does not beat the asked": ([FP8, INT8], "int8", "bf16", INT8, ChoiceKind.ASKED),
    "no right dtype at all: the first asked": ([FP8_FP16, INT8_FP16], "int8", "bf16", INT8_FP16, ChoiceKind.ASKED),
    "the first of equals": (["b_int8.gguf", "a_int8.gguf"], "int8", "bf16", "b_int8.gguf", ChoiceKind.ASKED),
    "nothing matches: the first, silently": ([BF16, FP16], "int8", "fp16", BF16, ChoiceKind.NO_MATCH),
    "nvfp4 is not looked for": ([BF16, NVFP4], "nvfp4", "bf16", BF16, ChoiceKind.NO_MATCH),
    "nvfp4 asked, int8 there: the first": ([BF16, INT8], "nvfp4", "bf16", BF16, ChoiceKind.NO_MATCH),
    "quantization in upper case": ([BF16, "m_INT8.safetensors"], "int8", "bf16", "m_INT8.safetensors", ChoiceKind.ASKED),
    "dtype in upper case": (["m_int8.gguf", "m_int8_BF16.gguf"], "int8", "bf16", "m_int8_BF16.gguf", ChoiceKind.ASKED),
    "dtype in mixed case is not seen": (["m_int8.gguf", "m_int8_Bf16.gguf"], "int8", "bf16", "m_int8.gguf", ChoiceKind.ASKED),
    "only the file's name counts": (["https://h.test/int8/m.gguf", "https://h.test/x/m_fp8.gguf"], "int8", "bf16", "https://h.test/x/m_fp8.gguf", ChoiceKind.FALLBACK),
    "the folder's name does not tell the dtype": (["bf16/m_int8.gguf", "x/m_int8_bf16.gguf"], "int8", "bf16", "x/m_int8_bf16.gguf", ChoiceKind.ASKED),
}  # fmt: skip


@pytest.mark.parametrize(("entries", "asked", "dtype", "taken", "kind"), CASES.values(), ids=CASES)
def test_the_rule_takes_one_entry_and_says_why(entries, asked, dtype, taken, kind):
    assert choose(entries, asked, dtype) == Choice(taken, kind, asked, dtype, len(entries))


def test_an_empty_list_gives_no_file():
    assert choose([], "int8", "bf16") is None


def test_tokens_of_the_quant_router_are_looked_for_in_their_order():
    tokens = {"int8": ("i8", "qint"), "fp8": ("f8",)}
    assert choose(["a_bf16", "b_qint", "c_i8"], "int8", "fp16", tokens).entry == "c_i8"
    assert choose(["a_bf16", "b_int8", "c_f8"], "int8", "fp16", tokens).entry == "c_f8"


def test_an_asked_quantization_without_tokens_still_finds_its_stand_in():
    tokens = {"int8": (), "fp8": ("fp8",)}
    assert choose([BF16, INT8, FP8], "int8", "bf16", tokens).kind is ChoiceKind.FALLBACK


names = st.lists(
    st.sampled_from([BF16, FP16, INT8, INT8_BF16, INT8_FP16, FP8, FP8_BF16, FP8_FP16, NVFP4]),
    min_size=1,
    unique=True,
)


@given(names, st.sampled_from(["int8", "fp8"]), st.sampled_from(["bf16", "fp16"]))
def test_whatever_the_order_no_better_file_is_left_lying(entries, asked, dtype):
    taken = choose(entries, asked, dtype).entry

    def rank(entry: str) -> tuple[bool, bool, bool]:
        quantized = "int8" in entry or "fp8" in entry
        return (quantized, quantized and dtype in entry, quantized and asked in entry)

    if len(entries) > 1 and any(rank(entry)[0] for entry in entries):
        assert rank(taken) == max(map(rank, entries))
    else:
        assert taken == entries[0]


@given(names, st.sampled_from(["", "bf16", "int8", "fp8", "nvfp4"]), st.sampled_from(["bf16", "fp16"]))
def test_the_choice_is_always_one_of_the_list(entries, asked, dtype):
    assert choose(entries, asked, dtype).entry in entries


def test_the_hosts_own_choice_wins_over_the_rule_and_is_said_to_be_its_own():
    choice = choose_as_host([BF16, INT8], "int8", "bf16", lambda: BF16)
    assert (choice.entry, choice.kind) == (BF16, ChoiceKind.HOST)


def test_the_hosts_choice_is_explained_by_the_rule_where_they_agree():
    assert choose_as_host([BF16, INT8], "int8", "bf16", lambda: INT8).kind is ChoiceKind.ASKED


def test_the_host_may_take_none():
    assert choose_as_host([BF16, INT8], "int8", "bf16", str) is None


MODULE_DTYPES = {
    "no main file": (None, "fp16", "fp16"),
    "a main file that is not quanto": ("m_int8_bf16.safetensors", "fp16", "fp16"),
    "quanto bf16 overrides fp16": ("m_quanto_bf16_int8.safetensors", "fp16", "bf16"),
    "quanto fp16 overrides bf16": ("m_quanto_fp16_int8.safetensors", "bf16", "fp16"),
    "quanto BF16 in upper case": ("m_quanto_BF16_int8.safetensors", "fp16", "bf16"),
    "quanto FP16 in upper case": ("m_quanto_FP16_int8.safetensors", "bf16", "fp16"),
    "quanto with both: fp16 has the last word": ("m_quanto_bf16_fp16.safetensors", "bf16", "fp16"),
    "quanto without a dtype": ("m_quanto_int8.safetensors", "fp16", "fp16"),
}


@pytest.mark.parametrize(("main", "policy", "dtype"), MODULE_DTYPES.values(), ids=MODULE_DTYPES)
def test_a_quanto_main_file_decides_the_dtype_of_modules(main, policy, dtype):
    choice = None if main is None else Choice(main, ChoiceKind.ONLY, "int8", policy, 1)
    assert module_dtype(policy, choice) == dtype


MODELS = {
    "bf16 where the card has it": ({}, {}, "m_int8_bf16.gguf"),
    "fp16 where the card has no bf16": ({"bfloat16_supported": False}, {}, "m_int8_fp16.gguf"),
    "the policy beats the card": ({"transformer_dtype_policy": "fp16"}, {}, "m_int8_fp16.gguf"),
    "policy bf16 on a card without": (
        {"transformer_dtype_policy": "bf16", "bfloat16_supported": False},
        {},
        "m_int8_bf16.gguf",
    ),
    "the base definition's dtype beats the policy": (
        {"transformer_dtype_policy": "bf16"},
        {"dtype": "fp16"},
        "m_int8_fp16.gguf",
    ),
    "any other dtype of the base is bf16": ({"transformer_dtype_policy": "fp16"}, {"dtype": "x"}, "m_int8_bf16.gguf"),
}  # fmt: skip


@pytest.mark.parametrize(("names", "base", "taken"), MODELS.values(), ids=MODELS)
def test_the_dtype_in_force_comes_from_base_definition_policy_and_card(world, names, base, taken):
    world.names.update(names)
    world.add("arch", **base)
    world.add("m", URLs=world.urls("m_bf16.gguf", "m_int8_fp16.gguf", "m_int8_bf16.gguf"))
    assert world.fetched() == [f"ckpts/{taken}"]


def test_a_models_own_dtype_is_not_the_base_definitions(world):
    world.add("m", URLs=world.urls("m_int8_fp16.gguf", "m_int8_bf16.gguf"), dtype="fp16")
    assert world.fetched() == ["ckpts/m_int8_bf16.gguf"]


@pytest.mark.parametrize(
    ("base", "taken"),
    [({}, "x_bf16_int8.gguf"), ({"dtype": "fp16"}, "x_fp16_int8.gguf")],
    ids=["none", "fp16"],
)
def test_a_quanto_main_file_overrides_the_policy_for_modules_but_not_the_base_definition(world, base, taken):
    world.names["transformer_dtype_policy"] = "fp16"
    world.add("arch", **base)
    world.add(
        "m",
        URLs=world.urls("m_quanto_bf16_int8.gguf"),
        modules=[world.urls("x_fp16_int8.gguf", "x_bf16_int8.gguf")],
    )
    assert world.fetched() == ["ckpts/m_quanto_bf16_int8.gguf", f"ckpts/{taken}"]


def test_the_text_encoder_goes_by_its_own_quantization_and_the_policys_dtype(world):
    world.names.update(text_encoder_quantization="bf16", transformer_quantization="int8")
    world.add(
        "m",
        URLs=world.urls("m_bf16.gguf", "m_quanto_fp16_int8.gguf"),
        text_encoder_URLs=world.urls("t_bf16.gguf", "t_int8.gguf"),
    )
    assert world.fetched() == ["ckpts/m_quanto_fp16_int8.gguf", "ckpts/t_bf16.gguf"]
    world.names["text_encoder_quantization"] = "int8"
    assert world.fetched()[1] == "ckpts/t_int8.gguf"
