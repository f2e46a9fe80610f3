"""Looks at a checkout of Wan2GP without running it: what it offers this plugin, and what changed.

    python3 dev.py host PATH                 report; the exit code is 1 where something is new or in doubt
    python3 dev.py host PATH --record NAME   write its fingerprints down as those of a verified version

Functions are found in the syntax tree. Their signatures and compiled bodies are shown to the same code that looks at
a running Wan2GP, so the report says what the plugin would do; nothing of the checkout is executed.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from model_tracker.wan2gp.capabilities import capabilities
from model_tracker.wan2gp.compatibility import described, missing_names
from model_tracker.wan2gp.introspection import Introspection
from model_tracker.wan2gp.names import HOST_NAMES, NEEDED_NAMES, PROBED_NAMES

RECORDS = Path(__file__).with_name("contracts.json")
MAIN = "wgp.py"
LOCATOR = "shared/utils/files_locator.py"
FILES = (
    MAIN,
    LOCATOR,
    "shared/utils/download.py",
    "shared/config_groups.py",
    "preprocessing/matanyone/utils/model_assets.py",
)
"""Where the functions that decide downloads have been."""

DECIDING = (
    "check_loras_exist",
    "download_file",
    "download_mmaudio",
    "download_models",
    "get_base_model_type",
    "get_local_model_filename",
    "get_lora_dir",
    "get_lora_local_path",
    "get_lora_root",
    "get_mmaudio_settings",
    "get_model_config_groups",
    "get_model_filename",
    "get_model_handler",
    "get_model_recursive_prop",
    "get_transformer_dtype",
    "load_models",
    "process_files_def",
    "query_core_shared_model_files",
    "query_global_shared_model_files",
    "query_matanyone_download_def",
    "selected_model_configs",
    "switch_to_model",
)
"""Functions on which downloads or the page depend; all of the locator's belong to them too."""

HANDLER_METHODS = ("get_lora_dir", "query_model_files", "resolve_runtime_model_def")


@dataclass(frozen=True)
class Contract:
    """What a checkout shows.

    Attributes:
        version: As it calls itself.
        functions: "file: name" → fingerprint.
        signatures: "file: name" → signature.
        handlers: Method → its different signatures.
        names: A namespace like the running one's; its functions are never called.
    """

    version: str | None
    functions: Mapping[str, str]
    signatures: Mapping[str, str]
    handlers: Mapping[str, list[str]]
    names: Mapping[str, Any] = field(repr=False)


def look_at(checkout: Path) -> Contract:
    """Return what a checkout shows.

    Raises:
        FileNotFoundError: It has no `wgp.py`.
        SyntaxError: Which this Python cannot read.
    """
    trees = {
        file: ast.parse((checkout / file).read_text(encoding="utf-8"), file)
        for file in FILES
        if file == MAIN or (checkout / file).is_file()
    }
    main = trees[MAIN]
    names: dict[str, Any] = {**dict.fromkeys(_assigned(main), SimpleNamespace()), **_texts(main)}
    functions: dict[str, str] = {}
    signatures: dict[str, str] = {}
    imported = _imported(main)
    for file, tree in trees.items():
        for function in _functions(tree):
            if function.name in DECIDING or file == LOCATOR:
                functions[f"{file}: {function.name}"] = fingerprint(function)
                signatures[f"{file}: {function.name}"] = f"({ast.unparse(function.args)})"
            if file == MAIN or function.name in imported:
                names[function.name] = compiled(function)
    names.update({name: SimpleNamespace() for name in imported if name not in names})
    locator = {one.name: compiled(one) for one in _functions(trees.get(LOCATOR, ast.Module([], [])))}
    names["fl"] = SimpleNamespace(**locator)
    handlers = list(_handlers(checkout / "models"))
    names["model_types_handlers"] = {
        str(number): SimpleNamespace(**{one.name: compiled(one) for one in methods})
        for number, methods in enumerate(handlers)
    }
    told = {
        name: sorted({f"({ast.unparse(one.args)})" for some in handlers for one in some if one.name == name})
        for name in HANDLER_METHODS
    }
    return Contract(_texts(main).get("WanGP_version"), functions, signatures, told, names)


def fingerprint(function: ast.FunctionDef) -> str:
    """Return a hash of what a function does: without comments, docstring, layout and types."""
    return hashlib.sha256(repr(_plain(_without_docstring(function))).encode()).hexdigest()[:12]


def compiled(function: ast.FunctionDef) -> Any:  # noqa: ANN401 - a function, never to be called
    """Return the function with its own parameters and code, but without defaults, types and decorators."""
    arguments = ast.arguments(
        posonlyargs=[ast.arg(one.arg) for one in function.args.posonlyargs],
        args=[ast.arg(one.arg) for one in function.args.args],
        vararg=ast.arg(function.args.vararg.arg) if function.args.vararg else None,
        kwonlyargs=[ast.arg(one.arg) for one in function.args.kwonlyargs],
        kw_defaults=[ast.Constant(None) for _ in function.args.kwonlyargs],
        kwarg=ast.arg(function.args.kwarg.arg) if function.args.kwarg else None,
        defaults=[ast.Constant(None) for _ in function.args.defaults],
    )
    bare = ast.FunctionDef(name=function.name, args=arguments, body=function.body, decorator_list=[])
    module = ast.fix_missing_locations(ast.Module([bare], []))
    scope: dict[str, Any] = {}
    exec(compile(module, function.name, "exec"), scope)  # noqa: S102 - binds a name to a function, no more
    return scope[function.name]


def report(contract: Contract, records: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the report's lines, and whether all is known and sure."""
    how = capabilities(Introspection(contract.names))
    missing = missing_names(contract.names, how)
    gone = {entry.name for entry in missing}
    known, changes = _changes(contract, records)
    lines = [f"Wan2GP {contract.version or 'of unknown version'}", "", "How this plugin would read it:"]
    lines += [f"  {capability}: {words}" for capability, words in described(how, gone)]
    lines += ["", "Names that it does not have:"]
    lines += [f"  {entry.name} ({entry.impact})" for entry in missing] or ["  none of those that are used"]
    lines += ["", "Handlers' methods:"]
    lines += [f"  {method}{one}" for method, signatures in contract.handlers.items() for one in signatures]
    lines += ["", "Functions that decide downloads:", *(f"  {line}" for line in [*known, *changes])]
    uncertainties = [*how.uncertainties, *(f"there is no {name}" for name in NEEDED_NAMES if name in gone)]
    lines += ["", *(f"Not sure: {uncertainty}." for uncertainty in uncertainties)]
    if changes:
        lines.append(f"{len(changes)} changed since the verified versions: see docs/hosts.md.")
    elif not uncertainties:
        lines.append("Nothing is new: each of these functions is that of a verified version.")
    return lines, not changes and not uncertainties


def _changes(contract: Contract, records: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return what is as in verified versions, and what is not."""
    known: list[str] = []
    changes: list[str] = []
    for name, mark in contract.functions.items():
        having = [version for version, one in records.items() if name in one["functions"]]
        same = [version for version in having if records[version]["functions"][name] == mark]
        if same:
            known.append(f"{name}: as in {', '.join(same)}")
        elif having:
            changes.append(f"{name}{contract.signatures[name]}: CHANGED, last verified in {having[-1]}")
        else:
            changes.append(f"{name}{contract.signatures[name]}: NEW")
    nearest = max(records, key=lambda version: _in_common(contract, records[version]), default=None)
    if nearest is not None:
        impact = [name for name in records[nearest]["functions"] if name not in contract.functions]
        changes += [f"{name}: GONE, {nearest} has it" for name in impact]
    for method, signatures in contract.handlers.items():
        before = {signature for one in records.values() for signature in one["handlers"].get(method, [])}
        changes += [f"handlers: {method}{one}: NEW" for one in signatures if one not in before]
    return known, changes


def _in_common(contract: Contract, record: Mapping[str, Any]) -> int:
    return len(contract.functions.items() & record["functions"].items())


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _handlers(folder: Path) -> Iterator[list[ast.FunctionDef]]:
    """Yield the methods of each family handler."""
    for path in sorted(folder.rglob("*handler*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        except (SyntaxError, ValueError) as error:
            print(f"Cannot read {path}: {error}", file=sys.stderr)
            continue
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name == "family_handler":
                methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
                yield [one for one in methods if one.name in HANDLER_METHODS]


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module gives a value anywhere at its top level, blocks and globals included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            for one in ast.walk(node):
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                    yield one.id


def _texts(tree: ast.Module) -> dict[str, str]:
    """Return the texts that a module gives a name at its top level."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _imported(tree: ast.Module) -> set[str]:
    wanted = {entry.name for entry in HOST_NAMES} | set(PROBED_NAMES)
    names = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    return names & wanted


def _without_docstring(function: ast.FunctionDef) -> ast.FunctionDef:
    has_one = ast.get_docstring(function, clean=False) is not None
    body = function.body[1:] if has_one else function.body
    return ast.FunctionDef(name=function.name, args=function.args, body=body, decorator_list=[])


_LEFT_OUT = {"annotation", "ctx", "decorator_list", "kind", "returns", "type_comment", "type_params"}


def _plain(node: object) -> object:
    """Return a syntax tree as tuples that are the same under every version of Python."""
    if isinstance(node, ast.AST):
        fields = ((name, _plain(value)) for name, value in ast.iter_fields(node) if name not in _LEFT_OUT)
        return type(node).__name__, tuple(pair for pair in fields if pair[1] not in ((), None))
    return tuple(_plain(one) for one in node) if isinstance(node, list) else node


def main() -> int:
    """Report on a checkout, or record it."""
    parser = argparse.ArgumentParser(prog="dev.py host", description="Look at a checkout of Wan2GP.")
    parser.add_argument("checkout", type=Path, help="its folder, which has wgp.py")
    parser.add_argument(
        "--record", metavar="NAME", help="write its fingerprints down as a verified version's"
    )
    given = parser.parse_args()
    try:
        contract = look_at(given.checkout)
    except FileNotFoundError:
        parser.error(f"{given.checkout} has no {MAIN}")
    except SyntaxError as error:
        parser.error(f"this Python cannot read {error.filename}: {error.msg}")
    document = json.loads(RECORDS.read_text(encoding="utf-8"))
    if given.record:
        document["versions"][given.record] = {
            "functions": dict(contract.functions),
            "handlers": dict(contract.handlers),
        }
        RECORDS.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    lines, is_known = report(contract, document["versions"])
    print("\n".join(lines))
    return 0 if is_known else 1


if __name__ == "__main__":
    sys.exit(main())
