"""What the handler of a family of models is asked; its parameters tell which version's it is.

query_model_files
- up to 10.23: computeList, base type, file name, text encoder setting
- up to 10.39: the same and the definition
- since: computeList, base type, definition

get_lora_dir
- up to 10.53: base type, options
- since: base type, options, root
- 13.141: also base type alone

resolve_runtime_model_def
- 13.141 alone
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from .definitions import Definition, shown
from .introspection import parameters, takes_any
from .problems import DefinitionError, not_sure

DownloadSet = Mapping[str, Any]
"""`{repoId, sourceFolderList, fileList, targetFolderList?}`: files of one repository."""


def files_wanted(
    handler: object, base_type: str, definition: Definition, text_encoder_quantization: str
) -> tuple[DownloadSet, ...]:
    """Return what a handler wants downloaded in addition to the weights.

    Args:
        handler: The handler; one without `query_model_files` wants nothing.
        base_type: The model's architecture.
        definition: Its definition, as it is in force.
        text_encoder_quantization: The setting, which older handlers are told.

    Raises:
        DefinitionError: The handler is asked in an unknown way, or answers something that is no list of files.
    """
    query = getattr(handler, "query_model_files", None)
    if query is None:
        return ()
    names = parameters(query)
    arguments: list[object] = [_compute_list, base_type]
    if takes_any(query) if len(names) < 3 else len(names) == 3:
        arguments += [definition]
    elif "text_encoder_quantization" in names and len(names) in (4, 5):
        arguments += [None, text_encoder_quantization, *([definition] if len(names) == 5 else [])]
    else:
        raise not_sure(f"the handler's query_model_files takes {', '.join(names) or 'nothing'}")
    answer: object = query(*arguments)
    if answer is None:
        raise DefinitionError("The handler names no files.", "Update Wan2GP.")
    return download_sets(answer, "The handler")


def download_sets(answer: object, who: str) -> tuple[DownloadSet, ...]:
    """Return an answer as sets of files: Wan2GP takes one, several, or None for none.

    Raises:
        DefinitionError: It is nothing of the kind.
    """
    if answer is None:
        return ()
    download_sets_answered = (
        cast("Sequence[object]", answer) if isinstance(answer, (list, tuple)) else [answer]
    )
    for download_set in download_sets_answered:
        if not isinstance(download_set, Mapping):
            raise DefinitionError(f"{who} answers {shown(download_set)}, no list of files.", "Update Wan2GP.")
    return tuple(cast("Sequence[DownloadSet]", download_sets_answered))


def lora_folder(
    handler: object,
    base_type: str,
    options_and_root: Callable[[], tuple[object, str]],
    resolve: Callable[[], object] | None,
) -> str:
    """Return the LoRA folder of a handler's models, without making it where the handler tells the whole of it.

    Args:
        handler: The handler.
        base_type: The model's architecture.
        options_and_root: Tells Wan2GP's command-line options and its folder of all LoRA folders.
        resolve: Wan2GP's own function, which may make the folder; asked where the handler answers a key alone.

    Raises:
        DefinitionError: The folder is not known.
    """
    get_folder = getattr(handler, "get_lora_dir", None)
    if get_folder is None:
        raise DefinitionError("The model's LoRA folder is not known.", "Update Wan2GP.")
    parameter_count = len(parameters(get_folder))
    if parameter_count != 1 or takes_any(get_folder):
        folder: object = get_folder(*(base_type, *options_and_root())[:parameter_count])
    elif resolve is not None:
        folder = resolve()
    else:
        raise DefinitionError("Not sure: nothing tells the model's LoRA folder.", "Update this plugin.")
    if not isinstance(folder, str) or not folder:
        raise DefinitionError("The model's handler names no LoRA folder.", "Update Wan2GP.")
    return folder


def runtime_definition(
    handler: object, definition: Definition, server_config: Mapping[str, Any], **settings: str
) -> Definition:
    """Return the definition that a handler makes of one before it is used; most leave it as it is.

    Args:
        handler: The handler.
        definition: The definition, with a config selection merged in.
        server_config: Wan2GP's saved configuration.
        settings: The quantizations in force.

    Raises:
        DefinitionError: It answers something that is no definition.
    """
    resolve = getattr(handler, "resolve_runtime_model_def", None)
    if not callable(resolve):
        return definition
    defaults = {"mixed_precision": "0", "vae_precision": "16"}
    answer: object = resolve(copy.deepcopy(dict(definition)), {**defaults, **server_config, **settings})
    if not isinstance(answer, Mapping):
        raise not_sure(f"the model's handler answers {shown(answer)} where a definition is due")
    return cast("Definition", answer)


def _compute_list(filename: str | None) -> list[str]:
    """Do what Wan2GP's own helper does for its handlers: the last part of a path, as a list."""
    return [] if filename is None else [filename.rpartition("/")[2]]
