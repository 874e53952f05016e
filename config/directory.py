"""A directory of YAML files, merged into one document."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.problems import KeyPath, Problems
from config.remark import Place
from config.yaml_errors import Unreadable
from config.yaml_text import Plain, read_yaml

_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_MOST_FOLDERS: Final = 3


def read_directory(directory: Path, problems: Problems) -> dict[str, Plain]:
    """
    Merge the files in the order of their names: maps key by key, lists one after the other.

    Notes in `problems.places` where each key stands. Raises ConfigError with every file's problem
    when one cannot be read: what that file has would be missing everywhere else.
    """
    return _read({path.name: path for path in _files(directory, problems)}, problems)


def read_texts(files: Mapping[str, str], problems: Problems) -> dict[str, Plain]:
    """Merge texts as if they were the files of a directory, by name."""
    return _read({name: files[name] for name in sorted(files)}, problems)


def _read(files: Mapping[str, Path | str], problems: Problems) -> dict[str, Plain]:
    merged = _Merge(problems)
    for name, file in files.items():
        try:
            text = _text(file) if isinstance(file, Path) else file
            content, places = read_yaml(text, name, problems)
        except Unreadable as error:
            problems.add_at(Place(name, error.line), (), error.text)
            merged.is_complete = False
        else:
            for section, value in content.items():
                merged.add(section, value, places)
    if not (merged.is_complete and merged.document):
        problems.stop_if_any()
    return merged.document


def file_texts(directory: Path) -> dict[str, str]:
    """Answer the texts of the files, by name: what a person wrote, with comments and order."""
    return {path.name: _text(path) for path in _files(directory, Problems())}


def is_read(path: Path) -> bool:
    """Tell whether a file is a part of a configuration; hidden ones are an editor's own."""
    return path.suffix.lower() in _SUFFIXES and not path.name.startswith(".")


def _files(directory: Path, problems: Problems) -> list[Path]:
    try:
        files = sorted(filter(is_read, directory.iterdir()))
    except OSError as error:
        looked = "" if directory.is_absolute() else f" in {Path.cwd()}"
        problems.add((), f"{_why(error)}{looked}; name a directory of YAML files")
        return []
    if not files:
        problems.add((), f"no *.yaml file in it; {_instead(directory)}")
    return files


def _instead(directory: Path) -> str:
    """Point at the folders within that have what was looked for, else at one to copy."""
    within = sorted({path.parent for path in directory.glob("*/*") if is_read(path)})
    if not within:
        return "config/example is a directory to copy"
    return f"did you mean {' or '.join(map(str, within[:_MOST_FOLDERS]))}?"


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(1, "a link to a file that is not there; remove it") from error
    except OSError as error:
        raise Unreadable(1, _why(error)) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"not UTF-8 (byte 0x{content[error.start]:02X}); save the file as UTF-8"
        raise Unreadable(line, wrong) from error


def _why(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "there is no such directory"
        case NotADirectoryError():
            return "this is a file, not a directory"
        case PermissionError():
            return "no permission to read it"
        case IsADirectoryError():
            return "a directory where a file should be; rename it"
        case _:
            return f"cannot be read ({error.strerror})"


class _Merge:
    def __init__(self, problems: Problems) -> None:
        self.document: dict[str, Plain] = {}
        self.is_complete = True
        self.problems = problems

    def add(self, section: str, value: Plain, places: dict[KeyPath, Place]) -> None:
        have = self.document.get(section)
        if have is None:
            self.document[section] = value
            self._note(places, section, 0)
        elif isinstance(have, list) and isinstance(value, list):
            offset = len(have)
            self.document[section] = have + value
            self._note(places, section, offset)
        elif isinstance(have, dict) and isinstance(value, dict):
            self._add_keys(section, have, value, places)
        elif value is not None:
            self._repeated((section,), places[(section,)])

    def _add_keys(
        self,
        section: str,
        have: dict[str, Plain],
        more: dict[str, Plain],
        places: dict[KeyPath, Place],
    ) -> None:
        for key in more:
            if key in have:
                self._repeated((section, key), places[(section, key)])
        self.document[section] = {**more, **have}
        self._note(places, section, 0)

    def _note(self, places: dict[KeyPath, Place], section: str, offset: int) -> None:
        """Remember where the section's keys stand; the first file to state a key keeps it."""
        for path, place in places.items():
            if path[:1] != (section,):
                continue
            shifted = path
            if offset and len(path) > 1 and isinstance(path[1], int):
                shifted = (section, path[1] + offset, *path[2:])
            self.problems.places.setdefault(shifted, place)

    def _repeated(self, path: KeyPath, place: Place) -> None:
        first = self.problems.place(path)
        self.problems.add_at(place, path, f"already stated at {first}; keep one of the two")
