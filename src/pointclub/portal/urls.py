"""Addresses of the member's site."""

from django.urls import path

from pointclub.portal import points_views as points
from pointclub.portal import views

app_name = "portal"
urlpatterns = [
    path("", points.my_page, name="my_page"),
    path("points/", points.overview, name="points"),
    path("points/history/", points.history, name="history"),
    path("points/history.csv", points.history_csv, name="history_csv"),
    path("menu/", views.menu, name="menu"),
    path("help/", views.help_and_contact, name="help"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
