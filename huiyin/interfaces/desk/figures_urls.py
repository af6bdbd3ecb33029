"""Addresses of figures about casework."""

from django.urls import path

from huiyin.interfaces.desk.views import behind, figures, history, late, panel, reports, tracing

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/panel/", panel.panel, name="panel"),
    path("figures/print/", figures.printed, name="figures_print"),
    path("figures/behind/", behind.behind, name="behind"),
    path("figures/behind/export/", behind.export, name="behind_export"),
    path("figures/export/", figures.export, name="figures_export"),
    path("matters/<str:code>/file/", history.file, name="case_file"),
    path("matters/<str:code>/file/take/", history.taken, name="case_taken"),
    path("tracing/", tracing.tracing, name="tracing"),
    path("late/", late.late, name="late"),
    path("reports/", reports.reports, name="reports"),
    path("reports/pdf/", reports.pdf, name="report_pdf"),
]
