"""Random installations: the answer equals that of a plain reference, written from the host's rule step by step.

The reference knows no cache, no index and no problems: it walks the steps of Generate and asks a set of paths.
"""

import posixpath
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_tracker.host import Host
from model_tracker.model_analyzer import ModelAnalyzer

ROOTS = ("r1", "r2", ".")
HUB = "https://huggingface.co/o/r/resolve/main"


class Stops(Exception):  # noqa: N818 - what Generate does, not what goes wrong here
    """Generate would stop here with an error."""


class Reference:
    """What Generate does on a disk that is a set of relative paths."""

    def __init__(self, models, handler_files, shared, settings_in_force, present):
        self.models = models
        self.handler_files = handler_files
        self.shared = shared
        self.transformer, self.encoder, self.policy = settings_in_force
        self.present = set(present)
        self.fetched = []

    def generate(self, model_type):
        """Return what is fetched, in order, and whether it stops."""
        model = self.models[model_type]
        try:
            for download in self.shared:
                self.download_set(download)
            first = self.choose(model_type, "URLs", self.transformer)
            second = self.choose(model_type, "URLs2", self.transformer) if "URLs2" in model else ""
            if first and "source" not in model:
                self.file(first)
            if not first and second and "source2" not in model:
                self.file(second)
            self.companions(model_type, model)
            if first and second and "source2" not in model:
                self.file(second)
            self.modules(model_type, model, first)
            encoder = self.pick(
                self.list_of(model_type, "text_encoder_URLs")[0], self.encoder, self.dtype(model_type)
            )
            if encoder:
                self.file(encoder, model.get("text_encoder_folder"))
        except Stops:
            return self.fetched, True
        return self.fetched, False

    def lacks(self, model_type):
        """Return whether a list is empty that the base definition has: weights, or a text encoder set to nothing."""
        model = self.models[model_type]
        base = model["architecture"]
        if base == model_type:
            return False
        no_weights = "source" not in model and not self.list_of(model_type, "URLs")[0]
        no_encoder = "text_encoder_URLs" in model and not self.list_of(model_type, "text_encoder_URLs")[0]
        return (no_weights and bool(self.list_of(base, "URLs")[0])) or (
            no_encoder and bool(self.list_of(base, "text_encoder_URLs")[0])
        )

    def companions(self, model_type, model):
        for entry in self.list_of(model_type, "preload_URLs")[0] + list(model.get("VAE_URLs", [])):
            self.file(entry)
        for entry in self.list_of(model_type, "loras")[0]:
            self.one(entry, ["loras/a/" + self.name(entry)], "loras/a/" + self.name(entry))
        for download in self.handler_files:
            self.download_set(download)

    def modules(self, model_type, model, first):
        if "module_source" in model:
            return
        dtype = self.dtype(model_type)
        if self.own_dtype(model_type) is None and "quanto" in first:
            dtype = "fp16" if "fp16" in first else "bf16" if "bf16" in first else dtype
        for module in self.list_of(model_type, "modules")[0]:
            entries = self.list_of(module, "modules")[0][0] if isinstance(module, str) else module
            self.file(self.pick(entries, self.transformer, dtype))

    def list_of(self, model_type, key):
        value = self.models[model_type].get(key, [])
        while isinstance(value, str):
            model_type, value = value, self.models[value].get(key, [])
        return list(value), model_type

    def choose(self, model_type, key, quantization):
        entries, listed_by = self.list_of(model_type, key)
        return self.pick(entries, quantization, self.dtype(listed_by))

    def pick(self, entries, quantization, dtype):
        if len(entries) < 2:
            return entries[0] if entries else ""
        order = {"int8": ["int8", "fp8"], "fp8": ["fp8", "int8"]}.get(quantization, [])
        matches = [entry for word in order for entry in entries if word in posixpath.basename(entry).lower()]
        right = [entry for entry in matches if dtype in posixpath.basename(entry)]
        return (right or matches or entries)[0]

    def own_dtype(self, model_type):
        return self.models[self.models[model_type]["architecture"]].get("dtype")

    def dtype(self, model_type):
        return self.own_dtype(model_type) or ("fp16" if self.policy == "fp16" else "bf16")

    def name(self, entry):
        address, _, folder = entry.partition("|")
        base = posixpath.basename(address) if entry.startswith("http") else entry
        return f"{folder}/{base}" if folder else base

    def file(self, entry, folder=None):
        name = self.name(entry)
        names = [f"{folder}/{name}", name] if folder else [name]
        places = [posixpath.normpath(f"{root}/{one}") for one in names for root in ROOTS]
        self.one(entry, places, posixpath.normpath(f"{self.root_with(folder)}/{names[0]}"))

    def one(self, entry, places, put):
        if any(place in self.present for place in places):
            return
        if not entry.startswith("http"):
            raise Stops
        self.fetched.append(put)
        self.present.add(put)

    def root_with(self, folder):
        for root in ROOTS if folder else ():
            start = posixpath.normpath(f"{root}/{folder}") + "/"
            if any(path.startswith(start) for path in self.present):
                return root
        return ROOTS[0]

    def download_set(self, download):
        for source, names in zip(download["sourceFolderList"], download["fileList"], strict=True):
            for name in names:
                below = f"{source}/{name}" if source else name
                places = [posixpath.normpath(f"{root}/{below}") for root in ROOTS]
                self.one("http", places, posixpath.normpath(f"{self.root_with(source or None)}/{below}"))


NAMES = [
    "m_bf16.safetensors", "m_quanto_bf16_int8.safetensors", "m_quanto_fp16_int8.safetensors", "m_fp8.safetensors",
    "m_fp16.safetensors", "M_INT8_bf16.safetensors", "n.safetensors", "te_int8.safetensors", "te_bf16.safetensors",
    "v.safetensors",
]  # fmt: skip
FOLDERS = ["", "sub", "te"]
ENTRIES = st.one_of(
    st.sampled_from([f"{HUB}/{name}" for name in NAMES]),
    st.sampled_from([f"{HUB}/{name}|sub" for name in NAMES[:4]]),
    st.sampled_from(NAMES[:3]),
)
LISTS = st.lists(ENTRIES, max_size=4)
REFERENCES = st.sampled_from(["base", "other"])


def definitions(lists):
    """Yield definitions whose lists may also be another type's name, where the host allows it."""
    return st.fixed_dictionaries(
        {"name": st.just("name"), "architecture": st.sampled_from(["base", "other"])},
        optional={
            "URLs": lists,
            "URLs2": lists,
            "preload_URLs": lists,
            "text_encoder_URLs": lists,
            "loras": st.lists(st.sampled_from([f"{HUB}/{name}" for name in NAMES]), max_size=2),
            "VAE_URLs": LISTS,
            "modules": st.lists(st.lists(ENTRIES, min_size=1, max_size=3), max_size=1),
            "text_encoder_folder": st.just("te"),
            "source": st.just("x"),
            "source2": st.just("x"),
            "module_source": st.just("x"),
            "dtype": st.sampled_from(["fp16", "bf16"]),
        },
    )


DOWNLOADS = st.builds(
    lambda source, names: {"repoId": "o/r", "sourceFolderList": [source], "fileList": [names]},
    st.sampled_from(FOLDERS),
    st.lists(st.sampled_from([*NAMES[:3], "config.json"]), min_size=1, max_size=3),
)
PATHS = st.builds(
    lambda root, folder, name: posixpath.normpath(posixpath.join(root, folder, name)),
    st.sampled_from([*ROOTS, "loras/a"]),
    st.sampled_from(FOLDERS),
    st.sampled_from([*NAMES, "config.json"]),
)


@settings(max_examples=300)
@given(
    base=definitions(LISTS),
    other=definitions(LISTS),
    own=definitions(st.one_of(LISTS, REFERENCES)),
    handler_files=st.lists(DOWNLOADS, max_size=2),
    shared=st.lists(DOWNLOADS, max_size=1),
    in_force=st.tuples(
        st.sampled_from(["int8", "fp8", "bf16", ""]),
        st.sampled_from(["int8", "bf16"]),
        st.sampled_from(["", "fp16", "bf16"]),
    ),
    present=st.sets(PATHS, max_size=12),
)
def test_any_installation_is_answered_as_the_plain_reference_does(
    write_file, base, other, own, handler_files, shared, in_force, present
):
    base["architecture"], other["architecture"] = "base", "other"
    models = {"base": base, "other": other, "own": own}
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        for root in ROOTS:
            (home / root).mkdir(exist_ok=True)
        for path in present:
            write_file(home / path)
        handler = SimpleNamespace(
            query_model_files=lambda *_: handler_files, get_lora_dir=lambda *_: str(home / "loras/a")
        )
        names = {
            "models_def": models,
            "model_types_handlers": {"base": handler, "other": handler},
            "fl": SimpleNamespace(_checkpoints_paths=[str(home / root) for root in ROOTS]),
            "query_core_shared_model_files": lambda: shared[0] if shared else None,
            "transformer_quantization": in_force[0],
            "text_encoder_quantization": in_force[1],
            "transformer_dtype_policy": in_force[2],
            "server_config": {},
        }
        analyzer = ModelAnalyzer.from_host(Host.from_namespace(names))
        for model_type in models:
            reference = Reference(models, handler_files, shared, in_force, present)
            lacks = reference.lacks(model_type)
            expected, stops = reference.generate(model_type)
            model = analyzer.model(model_type)
            assert bool(model.problems) is lacks
            found = [Path(file.path).relative_to(home).as_posix() for file in model.to_fetch]
            assert (found, model.stopped_by is not None) == (expected, stops)
            downloaded = analyzer.get_model_status(model_type) == "downloaded"
            assert downloaded == (not expected and not stops and not lacks)


def test_the_reference_itself_fetches_from_an_empty_disk_and_then_no_more():
    models = {"m": {"architecture": "m", "URLs": [f"{HUB}/m_bf16.safetensors", f"{HUB}/m_int8.safetensors"]}}
    reference = Reference(models, [], [], ("int8", "int8", ""), [])
    assert reference.generate("m") == (["r1/m_int8.safetensors"], False)
    assert Reference(models, [], [], ("int8", "int8", ""), ["m_int8.safetensors"]).generate("m") == (
        [],
        False,
    )
    models["m"]["URLs"] = ["mine.safetensors"]
    with pytest.raises(Stops):
        Reference(models, [], [], ("int8", "int8", ""), []).file("mine.safetensors")
