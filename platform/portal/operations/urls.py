"""Addresses of operations."""

from __future__ import annotations

from django.urls import path

from portal.operations import views

urlpatterns = [
    path("operations/", views.show_operations, name="operations"),
    path("operations/state/", views.show_state, name="operations-state"),
    path("operations/retry/<slug:kind>/<uuid:pk>/", views.retry, name="operations-retry"),
    path("metrics", views.show_metrics, name="metrics"),
]
