"""Definitions that nobody should write: made from good ones by their structure, the same ones for the same seed.

    definition(random)    a value for `models_def`: mostly an object with known keys, hostile values in some of them
    content(random)       the bytes of a file in `finetunes/`

`random` is a `random.Random`, so that a test says which ones it tries and a failure names its seed.
"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

HUB = "https://huggingface.co/o/r/resolve/main"
LISTS = ("URLs", "URLs2", "preload_URLs", "VAE_URLs", "loras", "text_encoder_URLs", "modules")
CONFIGS = ("system_configs", "system_configs2", "system_configs3", "configs")
OBJECTS = {
    "settings": (
        "num_inference_steps",
        "guidance_scale",
        "resolution",
        "video_length",
        "duration_seconds",
        "activated_loras",
    ),
    "metadata": ("main_output", "family", "family_label", "capabilities"),
}
KEYS = (
    *LISTS,
    *CONFIGS,
    "name",
    "architecture",
    "path",
    "description",
    "visible",
    "metadata",
    "group",
    "settings",
    "source",
    "source2",
    "module_source",
    "text_encoder_folder",
    "dtype",
    "audio_only",
    "image_outputs",
    "v2i_switch_supported",
    "auto_quantize",
    "finetune_custom_urls",
    "ltx2_lora_distilled",
    "vae_URL",
    "parent_model_type",
)
TEXTS = (
    "",
    " ",
    "t2v",
    "good",
    "bad",
    "no_such_model",
    "a\x00b",
    "\ud800",
    "\udfff.safetensors",
    "\u202egnp.exe",
    "a\nb\r\n| c |",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0;x",
    "../../etc/passwd",
    "..\\..\\x.bin",
    "/etc/passwd",
    "C:\\Windows\\x.bin",
    "\\\\server\\share\\x.bin",
    "~/x.safetensors",
    '"D:\\models"',
    "ckpts/x.safetensors",
    "x.safetensors|a",
    "%lora_dir",
    "n" * 10_000,
    "%20%zz%",
    "{0}{name}%s",
    "CON",
    ".",
    "..",
    "1e999",
    "9" * 400,
    "None",
)
ADDRESSES = (
    f"{HUB}/m_bf16.safetensors",
    f"{HUB}/m_quanto_bf16_int8.safetensors",
    f"{HUB}/m-00001-of-00003.safetensors",
    f"{HUB}/m-99999-of-00000.safetensors",
    f"{HUB}/m-Q4_K_M-00001-of-00002.gguf",
    f"{HUB}/m_bf16.safetensors?download=true",
    f"{HUB}/My%20Model_bf16.safetensors",
    f"{HUB}/m.safetensors|sub",
    f"{HUB}/m.safetensors|../up",
    f"{HUB}/m.safetensors|%lora_dir",
    f"{HUB}/m.safetensors|a|b",
    f"{HUB}/",
    "https://huggingface.co/o/r/blob/main/m_bf16.safetensors",
    "https://huggingface.co/o/r/tree/main",
    "https://huggingface.co/o/r",
    "https://huggingface.co",
    "https://civitai.com/models/1?modelVersionId=2",
    "https://civitai.com/api/download/models/2?type=Model&format=SafeTensor",
    "https://drive.google.com/file/d/1/view",
    "https://github.com/o/r/blob/main/x.bin",
    "https://[::1",
    "https://user:pass@host:99999999/x.bin",
    "http://",
    "httpx",
    "https://files.test/x.bin#?",
    "https://files.test/" + "x" * 5_000,
    "https://files.test/\ud800.bin",
    "https://files.test/x\x00.bin",
    "file:///etc/passwd",
)
NUMBERS = (
    0,
    -1,
    5,
    True,
    False,
    2**63,
    10**400,
    -(10**309),
    1.5,
    1e-320,
    1e308,
    float("inf"),
    float("-inf"),
    float("nan"),
)
"""A text of 10,000 characters and an integer of 400 digits are the largest: megabytes have tests of their own."""


def definition(random: Random, types: tuple[str, ...] = ("good", "part", "gone", "arch", "bad")) -> Any:
    """Return a value for `models_def`.

    Args:
        random: Where chance comes from.
        types: Model types that exist, to refer to.
    """
    if random.random() < 0.03:
        return _anything(random, 3)
    made: dict[Any, Any] = {"name": "bad", "architecture": "arch", "path": "finetunes/bad.json"}
    made["URLs"] = [random.choice(ADDRESSES[:2])]
    for _ in range(random.randint(1, 6)):
        key = random.choice(KEYS)
        made[key] = _of_kind(random, key, types)
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        made.pop(random.choice(list(made)), None)
    if random.random() < 0.03:
        made[random.choice((5, None, ("a",), "\ud800", "k" * 5_000))] = _anything(random, 2)
    return made


def _of_kind(random: Random, key: str, types: tuple[str, ...]) -> Any:
    """Return a value of the kind that the key has, with something hostile in it, or one of any other kind."""
    if random.random() < 0.15:
        return _anything(random, 3)
    if key == "modules":
        return [_module(random, types) for _ in range(random.randint(0, 3))]
    if key in LISTS:
        return random.choice(types) if random.random() < 0.2 else _list(random)
    if key in CONFIGS:
        return _configs(random, types)
    names = OBJECTS.get(key)
    if names is None:
        return _leaf(random)
    return {name: _anything(random, 2) for name in random.sample(names, random.randint(0, 4))}


def _list(random: Random) -> list[Any]:
    entries = [random.choice(ADDRESSES) for _ in range(random.choice((0, 1, 1, 2, 3, 12)))]
    if random.random() < 0.2:
        entries.insert(random.randint(0, len(entries)), random.choice(TEXTS))
    if random.random() < 0.1:
        return [*entries, _anything(random, 2)]
    return entries


def _module(random: Random, types: tuple[str, ...]) -> Any:
    return random.choice(
        (
            _list(random),
            random.choice(types),
            random.choice(ADDRESSES),
            {"URLs": _list(random), "URLs2": _list(random)},
            {"URLs": random.choice(ADDRESSES)},
            _anything(random, 2),
        )
    )


def _configs(random: Random, types: tuple[str, ...]) -> Any:
    if random.random() < 0.1:
        return random.choice(types)
    choices: dict[Any, Any] = {"_name": _leaf(random)} if random.random() < 0.5 else {}
    for _ in range(random.randint(0, 4)):
        identifier = random.choice(("a", "b,c", "", ",", "_x", 5, None, "\ud800", "\n", "x" * 300))
        overridden = random.choice(("URLs", "name", "text_encoder_URLs", "architecture", "configs", "path"))
        choices[identifier] = random.choice(
            ({overridden: _list(random)}, {overridden: _leaf(random)}, _leaf(random))
        )
    return choices


def _leaf(random: Random) -> Any:
    return random.choice(
        (None, random.choice(NUMBERS), random.choice(TEXTS), random.choice(ADDRESSES), [], {})
    )


def _anything(random: Random, depth: int) -> Any:
    """Return a value of any kind, sometimes nested far deeper than anything is read."""
    if random.random() < 0.01:
        return nested(random.choice((60, 5_000)))
    if depth == 0 or random.random() < 0.5:
        return _leaf(random)
    if random.random() < 0.5:
        return [_anything(random, depth - 1) for _ in range(random.randint(0, 3))]
    return {random.choice(KEYS): _anything(random, depth - 1) for _ in range(random.randint(0, 3))}


def nested(depth: int) -> Any:
    """Return a list in a list, so deep."""
    value: Any = [ADDRESSES[0]]
    for _ in range(depth):
        value = [value]
    return value


def content(random: Random) -> bytes:
    """Return the bytes of a definition file: as written, or with the faults that editors and hands make."""
    model = copy.copy(definition(random))
    if not isinstance(model, dict) or any(not isinstance(key, str) for key in model):
        model = {"name": "x", "architecture": random.choice(("arch", "no_such_architecture"))}
    document = random.choice(
        ({"model": model}, model, [model], {"model": [model]}, {"model": None}, None, "x")
    )
    try:
        text = json.dumps(document, skipkeys=True)
    except RecursionError:
        text = "[" * 5_000
    spoiled = (
        text,
        text.replace("}", ",}", 1),
        text.replace("]", ",]", 1),
        text.replace('"', "", 1),
        text[: random.randint(0, len(text))],
        text * 2,
        "[" * random.choice((10, 100_000)),
        "9" * random.choice((10, 5_000)),
        "",
    )
    written = random.choice((text, random.choice(spoiled)))
    encoding = random.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-32"))
    return written.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")
