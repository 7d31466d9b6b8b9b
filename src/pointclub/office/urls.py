"""Addresses of the office."""

from django.urls import path

from pointclub.office.views import accounts, calls, files, home, members, requests, runs, sign_in, suspensions

app_name = "office"
urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-in/set-up/", sign_in.set_up, name="set_up"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("language/", sign_in.choose_language, name="language"),
    path("members/", members.search, name="members"),
    path("members/<str:number>/", members.show, name="member"),
    path("members/<str:number>/unmask/", members.unmask, name="unmask"),
    path("members/<str:number>/account/", accounts.account, name="account"),
    path("members/<str:number>/receipts/<str:receipt_number>/", accounts.receipt, name="receipt"),
    path("members/<str:number>/orders/", accounts.orders, name="orders"),
    path("members/<str:number>/orders/<str:order_number>/<int:position>/", accounts.order_line, name="order_line"),
    path("members/<str:number>/call/", calls.call, name="call"),
    path("members/<str:number>/call/redeem/", calls.redeem, name="redeem"),
    path("members/<str:number>/blocks/", calls.blocks, name="blocks"),
    path("members/<str:number>/blocks/new/", calls.block, name="block"),
    path("members/<str:number>/blocks/lift/", calls.lift, name="lift"),
    path("requests/", requests.show_all, name="requests"),
    path("requests/adjustment/", requests.ask_for_adjustment, name="ask_for_adjustment"),
    path("requests/transfer/", requests.ask_for_transfer, name="ask_for_transfer"),
    path("requests/extension/", requests.ask_for_extension, name="ask_for_extension"),
    path("requests/<uuid:request_id>/", requests.show, name="request"),
    path("requests/<uuid:request_id>/decide/", requests.decide, name="decide"),
    path("suspensions/", suspensions.show_all, name="suspensions"),
    path("suspensions/new/", suspensions.suspend, name="suspend"),
    path("suspensions/resume/", suspensions.resume, name="resume"),
    path("suspensions/lapses/", suspensions.lapses, name="lapses"),
    path("runs/", runs.show_all, name="runs"),
    path("runs/ask/", runs.ask, name="ask_for_run"),
    path("runs/<uuid:run_id>/", runs.show, name="run"),
    path("files/", files.show_all, name="files"),
    path("files/imports/<uuid:file_id>/", files.show_import, name="imported"),
    path("files/<uuid:upload_id>/", files.show_upload, name="upload"),
    path("files/<uuid:upload_id>/errors/", files.error_file, name="error_file"),
]
