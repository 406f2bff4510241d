"""Addresses of authoring."""

from __future__ import annotations

from django.urls import path

from portal.authoring.views import files, history, library, manuscript, preview, publish, versions

MANUSCRIPT = "authoring/<uuid:manuscript_id>/"
EXERCISE = "authoring/exercises/<slug:slug>/"

urlpatterns = [
    path("authoring/", library.library, name="authoring"),
    path("authoring/new/", library.new, name="new-manuscript"),
    path("authoring/import/", library.import_folder, name="import-manuscript"),
    path("authoring/import/assignment/", library.import_assignment, name="import-assignment"),
    path(EXERCISE, versions.versions, name="exercise-versions"),
    path(f"{EXERCISE}open/", library.open_published, name="open-exercise"),
    path(f"{EXERCISE}copy/", library.copy_published, name="copy-exercise"),
    path(f"{EXERCISE}difference/", versions.difference, name="version-difference"),
    path(f"{EXERCISE}<int:version_id>/restore/", versions.restore, name="restore-version"),
    path(f"{EXERCISE}<int:version_id>/folder.zip", versions.folder, name="version-folder"),
    path(MANUSCRIPT, manuscript.show, name="manuscript"),
    path(f"{MANUSCRIPT}add/", manuscript.add, name="add-file"),
    path(f"{MANUSCRIPT}replace/", manuscript.replace, name="replace-manuscript"),
    path(f"{MANUSCRIPT}folder.zip", manuscript.folder, name="manuscript-folder"),
    path(f"{MANUSCRIPT}discard/", manuscript.discard, name="discard-manuscript"),
    path(f"{MANUSCRIPT}read/", manuscript.dismiss, name="dismiss-report"),
    path(f"{MANUSCRIPT}settings/", manuscript.settings, name="manuscript-settings"),
    path(f"{MANUSCRIPT}statement/", files.statement, name="manuscript-statement"),
    path(f"{MANUSCRIPT}save/", files.save, name="save-file"),
    path(f"{MANUSCRIPT}rename/", files.rename, name="rename-file"),
    path(f"{MANUSCRIPT}files/<path:path>", files.edit, name="manuscript-file"),
    path(f"{MANUSCRIPT}raw/<path:path>", files.raw, name="raw-file"),
    path(f"{MANUSCRIPT}preview/", preview.preview, name="preview-statement"),
    path(f"{MANUSCRIPT}history/", history.states, name="manuscript-history"),
    path(f"{MANUSCRIPT}history/keep/", history.keep, name="keep-state"),
    path(f"{MANUSCRIPT}history/<int:state_id>/", history.state, name="manuscript-state"),
    path(f"{MANUSCRIPT}publish/", publish.publish, name="publish-manuscript"),
    path(f"{MANUSCRIPT}check/", publish.start, name="check-manuscript"),
    path(f"{MANUSCRIPT}proof/", publish.proof, name="manuscript-proof"),
]
