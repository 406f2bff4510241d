"""The addresses of the portal."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("portal.accounts.urls")),
    path("", include("portal.courses.urls")),
    path("", include("portal.catalogue.urls")),
    path("", include("portal.submissions.urls")),
    path("", include("portal.workbench.urls")),
    path("", include("portal.authoring.urls")),
    path("", include("portal.marking.urls")),
    path("", include("portal.gradebook.urls")),
    path("", include("portal.insight.urls")),
    path("", include("portal.operations.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "portal.common.views.server_error"
