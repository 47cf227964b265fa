"""Who may import whom, and what the import rules cannot see: clocks, files, texts, lengths."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, count
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
PACKAGES: list[str] = LINTER["root_packages"]
CONTRACTS: list[dict[str, Any]] = LINTER["contracts"]
PURE_CONTRACT = next(c for c in CONTRACTS if c["name"].startswith("Pure modules"))
# places where the words come from data that is marked with N_ where it is written
NOT_LITERAL = {
    "handlers/guide_screens.py": {"asked.text", "asked.why", "option.label"},
    "locales/__init__.py": {"text.sentence"},
}
CATCH_ALL = ("bot/jobs.py",)  # a failing job must not stop the others
LONGEST_FUNCTION, LONGEST_MODULE = 50, 420  # lines


def modules(*packages: str) -> list[Path]:
    """Return every module of our packages but migrations, which are generated."""
    found = [p for name in packages or PACKAGES for p in sorted((ROOT / name).rglob("*.py"))]
    return [path for path in found if "versions" not in path.parts]


def path_of(module: str, root: Path = ROOT) -> Path:
    """Return the file of a dotted name; of a package its `__init__`."""
    base = root.joinpath(*module.split("."))
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def pure() -> list[Path]:
    found = []
    for name in PURE_CONTRACT["source_modules"]:
        found += modules(name) if (ROOT / name).is_dir() else [path_of(name)]
    return found


# --- rules over syntax trees; each yields what is wrong in one tree


@cache
def nodes(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Return every node of *tree*; all rules look at the same ones."""
    return tuple(ast.walk(tree))


def impure(tree: ast.AST) -> Iterator[str]:
    """Name calls that look at a clock, at files, at chance, or speak."""
    clocks = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
    others = {"read_text", "read_bytes", "write_text", "write_bytes", "open", "uuid4"}
    for node in nodes(tree):
        if not isinstance(node, ast.Call):
            continue
        name = dotted(node.func)
        head, _, last = name.rpartition(".")
        asks_clock = last in clocks and head.split(".")[-1] in {"datetime", "date", "time"}
        if name in {"open", "print", "input", "exec"} or asks_clock or (head and last in others):
            yield f"{name}()"


def dotted(called: ast.expr) -> str:
    """Return the source of what is called; names with dots need not be unparsed, which is slow."""
    if isinstance(called, ast.Name):
        return called.id
    if isinstance(called, ast.Attribute):
        return f"{dotted(called.value)}.{called.attr}"
    return ast.unparse(called)


def wrong_texts(tree: ast.AST, allowed: set[str]) -> Iterator[str]:
    """Name calls of gettext and N_ whose words cannot be extracted for translators."""
    calls = [node for node in nodes(tree) if _is_mark(node)]
    for node in nodes(tree):
        if isinstance(node, ast.JoinedStr):
            inside = [inner for inner in ast.walk(node) if _is_mark(inner)]
            yield from (f"inside an f-string: {ast.unparse(inner)}" for inner in inside)
    for call in calls:
        assert isinstance(call, ast.Call)
        texts = call.args[: 2 if _last(call.func) in {"ngettext", "pgettext"} else 1]
        for text in texts:
            literal = isinstance(text, ast.Constant) and isinstance(text.value, str)
            if not literal and ast.unparse(text) not in allowed:
                yield f"not a literal: {ast.unparse(call)}"


def _is_mark(node: ast.AST) -> bool:
    marks = {"N_", "gettext", "ngettext", "pgettext"}
    return isinstance(node, ast.Call) and _last(node.func) in marks


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else dotted(func).rpartition(".")[2]


def undocumented(tree: ast.Module) -> Iterator[str]:
    """Name the module, public classes and public functions without a docstring."""
    if not ast.get_docstring(tree):
        yield "the module"
    waiting: list[tuple[str, ast.stmt]] = [("", each) for each in tree.body]
    while waiting:
        prefix, node = waiting.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{prefix}{node.name}"
        if isinstance(node, ast.ClassDef):
            waiting += [(f"{node.name}.", each) for each in node.body]


def too_long(tree: ast.Module) -> Iterator[str]:
    """Name functions that are longer than they may be."""
    for node in nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name}: {lines} lines"


def catches_all(tree: ast.Module) -> Iterator[str]:
    """Name the lines that catch whatever comes and go on."""
    for node in nodes(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = "everything" if node.type is None else ast.unparse(node.type)
            raised = any(isinstance(each, ast.Raise) for each in ast.walk(node))
            if caught in {"everything", "Exception", "BaseException"} and not raised:
                yield f"line {node.lineno} catches {caught}"


def relative(tree: ast.Module) -> Iterator[str]:
    """Name relative imports."""
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"line {node.lineno}"


def broken(paths: list[Path], rule: Callable[[ast.Module], Iterator[str]]) -> list[str]:
    """Return what *rule* finds, with file names."""
    return [
        f"{path.relative_to(ROOT)}: {problem}" for path in paths for problem in rule(tree_of(path))
    ]


@cache
def tree_of(path: Path) -> ast.Module:
    """Return a module's syntax tree, which no rule changes."""
    return ast.parse(path.read_text("utf-8"))


def test_pure_modules_ask_no_clock_and_open_no_file():
    assert len(pure()) > 30
    assert broken(pure(), impure) == []


def test_texts_can_be_extracted():
    found = []
    for path in modules():
        allowed = NOT_LITERAL.get(str(path.relative_to(ROOT)), set())
        found += broken([path], lambda tree, allowed=allowed: wrong_texts(tree, allowed))  # type: ignore[misc]
    assert found == []


def test_every_module_and_public_name_is_documented():
    assert broken(modules(), undocumented) == []


def test_no_function_and_no_module_is_too_long():
    assert broken(modules(), too_long) == []
    lengths = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in modules()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_only_the_edges_catch_whatever_comes():
    found = broken(modules(), catches_all)
    left = [each for each in found if not each.startswith(CATCH_ALL)]
    assert left == []


def test_imports_are_absolute():
    assert broken(modules(), relative) == []


def test_no_module_is_called_like_a_standard_one_at_top_level():
    assert not set(PACKAGES) & set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        pytest.param(impure, "datetime.now(UTC)", id="the clock"),
        pytest.param(impure, "dt.date.today()", id="today"),
        pytest.param(impure, "time.time()", id="seconds"),
        pytest.param(impure, "open('x')", id="open"),
        pytest.param(impure, "Path('x').read_text()", id="a path"),
        pytest.param(impure, "print(1)", id="print"),
        pytest.param(lambda t: wrong_texts(t, set()), "t.gettext(f'a {b}')", id="f-string"),
        pytest.param(lambda t: wrong_texts(t, set()), "t.gettext('a' + b)", id="joined"),
        pytest.param(lambda t: wrong_texts(t, set()), "N_('a'.format(b))", id="format"),
        pytest.param(lambda t: wrong_texts(t, set()), "t.ngettext('a', b, n)", id="plural"),
        pytest.param(lambda t: wrong_texts(t, set()), "f\"{t.gettext('a')}\"", id="in an f-string"),
        pytest.param(undocumented, "'''A.'''\ndef f(): ...", id="a function"),
        pytest.param(
            undocumented, "'''A.'''\nclass A:\n  '''B.'''\n  def f(self): ...", id="method"
        ),
        pytest.param(undocumented, "x = 1", id="a module"),
        pytest.param(too_long, "def f():\n" + "  x = 1\n" * 50, id="a long function"),
        pytest.param(catches_all, "try: x\nexcept Exception: pass", id="except Exception"),
        pytest.param(catches_all, "try: x\nexcept: pass", id="bare except"),
        pytest.param(relative, "from . import x", id="a relative import"),
    ],
)
def test_the_rules_bite(rule, code):
    assert list(rule(ast.parse(code)))


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (impure, "clock.now()\nwhen.time()\nself._now()"),
        (lambda t: wrong_texts(t, {"a.b"}), "t.gettext('a')\nt.gettext(a.b)\nN_('x')"),
        (undocumented, "'''A.'''\ndef _f(): ...\ndef g():\n  '''B.'''\n  def h(): ..."),
        (too_long, "def f():\n" + "  x = 1\n" * 49),
        (catches_all, "try: x\nexcept ValueError: pass"),
    ],
)
def test_the_rules_let_pass_what_is_right(rule, code):
    assert list(rule(ast.parse(code))) == []


# --- import contracts


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our packages without data, for adding imports that must be refused."""
    folder = tmp_path_factory.mktemp("packages")
    head, settings = "[[tool.importlinter.contracts]]", (ROOT / "pyproject.toml").read_text("utf-8")
    numbers = count()  # by which `lint` knows them
    (folder / "pyproject.toml").write_text(
        re.sub(re.escape(head), lambda _: f'{head}\nid = "{next(numbers)}"', settings), "utf-8"
    )
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return folder


def lint(folder: Path, only: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the packages in *folder*; *only*: the number of a contract."""
    chosen = () if only is None else ("--contract", str(only))
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
    )


def violations(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """Return who would have to import whom to break every part of *contract*."""
    if contract["type"] == "forbidden":
        return [
            (source, target)
            for source in contract["source_modules"]
            for target in contract["forbidden_modules"]
        ]
    if contract["type"] == "layers":
        layers = [re.split(r"\s*[|:]\s*", layer) for layer in contract["layers"]]
        upward = [
            (low, high)
            for above, below in combinations(layers, 2)
            for high in above
            for low in below
        ]
        return upward + [pair for layer in layers for pair in combinations(layer, 2)]
    if contract["type"] == "protected":
        return [("handlers", name) for name in contract["protected_modules"]]
    if contract["type"] == "independence":
        return list(combinations(contract["modules"], 2))
    raise AssertionError(f"teach this test how to break a contract of type {contract['type']}")


def test_all_contracts_are_kept(copied):
    done = lint(copied)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda c: c["name"])
def test_every_part_of_a_contract_bites(contract, copied, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(copied, folder)
    wanted = violations(contract)
    for source, target in wanted:
        path = path_of(source, folder)
        path.write_text(f"{path.read_text('utf-8')}\nimport {target}\n", "utf-8")
    done = lint(folder, only=CONTRACTS.index(contract))
    assert done.returncode == 1, done.stdout
    assert re.search(rf"^{re.escape(contract['name'])} BROKEN", done.stdout, re.MULTILINE)
    section = done.stdout.split(f"\n{contract['name']}\n---", 1)[1]
    told = set(re.findall(r"([\w.]+) -> ([\w.]+)", section))
    assert [each for each in wanted if each not in told] == []
