"""Addresses of the office."""

from django.urls import path

from pointclub.office.views import home, sign_in

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-in/set-up/", sign_in.set_up, name="set_up"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", sign_in.choose_language, name="language"),
]
