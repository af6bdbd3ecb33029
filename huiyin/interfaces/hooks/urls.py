"""Addresses that gateways call."""

from django.urls import path

from huiyin.interfaces.hooks import sms

app_name = "hooks"
urlpatterns = [
    path("sms/", sms.message, name="sms"),
    path("sms/report/", sms.report, name="sms_report"),
]
