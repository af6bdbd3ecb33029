"""Signing in and out: only those pages of allauth that staff need; nobody signs up, nobody resets by mail."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from huiyin.interfaces.desk.views import signin

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),  # of an account that never had one
    path("second/", mfa.index, name="mfa_index"),
    path("second/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("second/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second/totp/", totp.activate_totp, name="mfa_activate_totp"),
    path("second/totp/change/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("first/", signin.first, name="account_first"),
    path("link/", signin.link, name="account_link"),
]
