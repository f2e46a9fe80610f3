"""What options of the form download when they are used: upscaling, frame interpolation, sound, voices.

Wan2GP is asked by capability: its interfaces find the handler of a chosen method, and the handler names its files.
A handler's own `download` is never called, since some of them really download. Where nothing names the files, that is
said, and the model is not sure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .definitions import Definition, mapping
from .handlers import DownloadSet, download_sets
from .introspection import parameters
from .problems import not_sure

if TYPE_CHECKING:
    from .system_loras import Form

Namespace = Mapping[str, Any]


def download_sets_of(
    names: Namespace, form: Form, definition: Definition, attempt: Callable[[Callable[[], None]], object]
) -> tuple[DownloadSet, ...]:
    """Return the sets of files that the options of a form download, in Wan2GP's order.

    Args:
        names: Wan2GP's namespace.
        form: The form's settings, complete.
        definition: The model's definition.
        attempt: Runs each step and notes what it raises; the others go on.
    """
    found: list[DownloadSet] = []
    steps: list[Iterator[DownloadSet]] = []
    if not definition.get("audio_only"):
        if not _is_image(form):
            steps += [
                _sound(names, _text(form, key)) for key in ("postprocess_audio", "replace_voice_method")
            ]
            steps.append(_temporal(names, _text(form, "temporal_upsampling")))
        steps.append(_spatial(names, _text(form, "spatial_upsampling")))
    for step in (*steps, _enhancer(names, form)):
        attempt(lambda step=step: found.extend(step))
    return tuple(found)


def _enhancer(names: Namespace, form: Form) -> Iterator[DownloadSet]:
    if _runs_enhancer(names, form):
        raise not_sure("the prompt enhancer is on and may download its own files first")
    yield from ()


def _sound(names: Namespace, method: str) -> Iterator[DownloadSet]:
    if method in {"", "control"}:
        return
    api = names.get("audio_processor_api")
    query = names.get("query_mmaudio_download_def")  # 12.23
    if api is not None:
        processor = api.find_processor(api.normalize_method(method))
        sets = _named_by(processor, method)
        yield from sets[:1] if method.startswith("mmaudio") else sets
    elif callable(query) and method == "mmaudio":
        yield from download_sets(query(enabled_only=True), "query_mmaudio_download_def")
    elif callable(names.get("download_requested_postprocessing_assets")):
        raise not_sure(f"the files of the sound method “{method}” are not told")


def _temporal(names: Namespace, value: str) -> Iterator[DownloadSet]:
    """Yield what frame interpolation needs; without an interface (up to 12.23) it is downloaded with every model."""
    api = names.get("temporal_upsampler_api")
    if value and api is not None:
        yield from _named_by(api.find_temporal_upsampler(value), value)


def _spatial(names: Namespace, value: str) -> Iterator[DownloadSet]:
    api = names.get("upsampler_api")
    if not value:
        return
    if api is not None:
        yield from _named_by(api.find_upsampler(value), value)
    elif callable(names.get("download_requested_postprocessing_assets")):
        raise not_sure(f"the files of the upscaler “{value}” are not told")


def _named_by(handler: object, method: str) -> tuple[DownloadSet, ...]:
    """Return what a handler says that it downloads; one without `download` downloads nothing."""
    needs = any(
        callable(getattr(handler, name, None)) for name in ("download", "prepare", "prepare_vae_upsampler")
    )
    for name in ("query_download_defs", "query_download_def"):
        query = getattr(handler, name, None)
        if callable(query):
            options = {"enabled_only": True} if "enabled_only" in parameters(query) else {}
            return download_sets(query(**options), f"The handler of “{method}”")
    if needs:
        raise not_sure(f"the files of “{method}” are not told by this Wan2GP")
    return ()


def _is_image(form: Form) -> bool:
    mode: object = form.get("image_mode")
    return isinstance(mode, int) and mode > 0


def _text(form: Form, key: str) -> str:
    value: object = form.get(key)
    return value if isinstance(value, str) else ""


def _runs_enhancer(names: Namespace, form: Form) -> bool:
    """Return whether Generate loads the prompt enhancer by itself: it is on, automatic, chosen, and not loaded yet.

    Up to 11.13 its files are among those of every model.
    """
    config = mapping(names.get("server_config"))
    enabled: object = config.get("enhancer_enabled")
    is_on = isinstance(enabled, int) and enabled > 0 and config.get("enhancer_mode", 1) == 0
    is_loaded = names.get("enhancer_offloadobj") is not None
    comes_later = callable(names.get("download_requested_postprocessing_assets"))
    return is_on and comes_later and not is_loaded and bool(_text(form, "prompt_enhancer"))
