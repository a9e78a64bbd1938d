"""Draws the chapters of both packages from their imports, as Mermaid between the marks of docs/architecture.md."""

import ast
import re
import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
PACKAGES = ("recsys", "dashboard")

Arrows = Set[tuple[str, str]]


@dataclass(frozen=True)
class Chapters:
    """A package's chapters.

    layers   names by layer, from the top down, as pyproject.toml has them
    captions the first line of each chapter's docstring
    arrows   (importing, imported); another package of this repository is one name
    outside  what is imported of each other package: its chapters, in the order of the alphabet
    """

    package: str
    layers: tuple[tuple[str, ...], ...]
    captions: Mapping[str, str]
    arrows: Arrows
    outside: Mapping[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """All chapters, from the top down."""
        return tuple(name for layer in self.layers for name in layer)


def main() -> None:
    """Write the drawings into the page."""
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def drawn(page: str) -> str:
    """Return the page with the drawing of each package between its marks. Raises ValueError for missing marks."""
    for package in PACKAGES:
        mark, end = f"<!-- chapters of {package} -->", f"<!-- end of {package} -->"
        before, found, rest = page.partition(mark)
        _, ended, after = rest.partition(end)
        if not found or not ended:
            raise ValueError(f"{PAGE.name} has no place for {package}; add the lines {mark} and {end}")
        page = f"{before}{mark}\n{drawing(read_chapters(package))}\n{end}{after}"
    return page


def read_chapters(package: str) -> Chapters:
    """Return a package's chapters, read from pyproject.toml, its docstrings and its imports."""
    layers = _layers(package)
    captions = {name: _caption(package, name) for layer in layers for name in layer}
    imports = _imports(package)
    arrows = {(_chapter(module, package), _chapter(imported, package)) for module, imported in imports}
    outside: dict[str, set[str]] = {}
    for _, imported in imports:
        other, *rest = imported.split(".")
        if other != package and rest:
            outside.setdefault(other, set()).add(rest[0])
    return Chapters(
        package,
        layers,
        captions,
        {(importing, imported) for importing, imported in arrows if importing != imported},
        {other: tuple(sorted(names)) for other, names in outside.items()},
    )


def drawing(chapters: Chapters) -> str:
    """Return a flowchart in Mermaid, and one sentence that counts the arrows."""
    kept = reduced(chapters.arrows)
    boxes = [_box(name, chapters.captions[name], "[", "]") for name in chapters.names]
    boxes += [_box(name, ", ".join(imports), "([", "])") for name, imports in sorted(chapters.outside.items())]
    order = {name: place for place, name in enumerate((*chapters.names, *sorted(chapters.outside)))}
    pairs = sorted(kept, key=lambda pair: (order[pair[0]], order[pair[1]]))
    arrows = [f"    {importing} --> {imported}" for importing, imported in pairs]
    count = (
        f"{len(order)} boxes. {len(chapters.arrows)} of their pairs are joined by an import; "
        f"drawn are {len(kept)}, and the others are paths of these."
    )
    return "\n".join(["```mermaid", "flowchart TD", *boxes, *arrows, "```", "", count])


def reduced(arrows: Arrows) -> Arrows:
    """Return the arrows of a graph without circles that no way over other chapters replaces."""
    onward: dict[str, set[str]] = {}
    for importing, imported in arrows:
        onward.setdefault(importing, set()).add(imported)

    def reached(name: str) -> set[str]:
        return {far for to in onward.get(name, ()) for far in {to, *reached(to)}}

    return {(name, to) for name, to in arrows if not any(to in reached(other) for other in onward[name] - {to})}


def _layers(package: str) -> tuple[tuple[str, ...], ...]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        if contract["type"] == "layers" and contract["containers"] == [package]:
            return tuple(tuple(re.findall(r"\w+", layer)) for layer in contract["layers"])
    raise ValueError(f"pyproject.toml has no layers of {package}")


def _caption(package: str, name: str) -> str:
    folder = ROOT / package / name
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    caption = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    if not caption:
        raise ValueError(f"{path.relative_to(ROOT)} has no docstring; its first line is the caption of {name}")
    return caption.partition("\n")[0]


def _imports(package: str) -> Arrows:
    """Return (importing, imported) modules; the package itself, which holds the version's number, is left out."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    return {
        (module, imported)
        for module in graph.modules
        if module.startswith(f"{package}.")
        for imported in graph.find_modules_directly_imported_by(module)
        if imported != package
    }


def _chapter(module: str, package: str) -> str:
    """Return the chapter of a module, or the name of the other package that it is in."""
    first, *rest = module.split(".")
    return rest[0] if first == package else first


def _box(name: str, caption: str, left: str, right: str) -> str:
    text = caption.replace("`", "").replace('"', "#quot;")
    return f'    {name}{left}"<b>{name}</b><br/>{text}"{right}'


if __name__ == "__main__":
    main()
