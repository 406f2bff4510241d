"""What is done with manuscripts."""

from __future__ import annotations

from portal.authoring.domain.archives import Reader, read_zip, write_zip
from portal.authoring.domain.assignments import (
    begin_assignment,
    dismiss_remarks,
    read_assignment,
    remarks_on,
)
from portal.authoring.domain.diffs import FileDiff, compare
from portal.authoring.domain.files import (
    delete_file,
    files_of,
    put_file,
    rename_file,
    replace_files,
    save_text,
    text_of,
)
from portal.authoring.domain.folder import Flaw, examine, flaw_of
from portal.authoring.domain.manifest import MANIFEST, change_keys, read_keys
from portal.authoring.domain.manuscripts import (
    begin_from,
    begin_manuscript,
    copy_exercise,
    open_exercise,
    version_files,
)
from portal.authoring.domain.publishing import (
    Proof,
    check_manuscript,
    classes_of,
    latest_proof,
    publish_manuscript,
    restore_version,
)
from portal.authoring.domain.states import keep_state, state_files

__all__ = [
    "MANIFEST",
    "FileDiff",
    "Flaw",
    "Proof",
    "Reader",
    "begin_assignment",
    "begin_from",
    "begin_manuscript",
    "change_keys",
    "check_manuscript",
    "classes_of",
    "compare",
    "copy_exercise",
    "delete_file",
    "dismiss_remarks",
    "examine",
    "files_of",
    "flaw_of",
    "keep_state",
    "latest_proof",
    "open_exercise",
    "publish_manuscript",
    "put_file",
    "read_assignment",
    "read_keys",
    "read_zip",
    "remarks_on",
    "rename_file",
    "replace_files",
    "restore_version",
    "save_text",
    "state_files",
    "text_of",
    "version_files",
    "write_zip",
]
