"""Every problem that the interface can answer with: its status, and its words in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A title, which is the same for every occurrence, and what the merchant's developer can do about it."""

    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """One kind of problem."""

    status: int
    ja: Words
    en: Words


def _problem(status: int, ja: tuple[str, str], en: tuple[str, str]) -> ProblemCode:
    return ProblemCode(status, Words(*ja), Words(*en))


PROBLEMS: Mapping[str, ProblemCode] = {
    "malformed_request": _problem(
        400,
        ("HTTPリクエストの形式が正しくありません", "リクエストを解釈できませんでした。何も記録していません。"),
        ("The HTTP request is malformed", "The request could not be understood. Nothing was recorded."),
    ),
    "invalid_json": _problem(
        400,
        ("本文がJSONではありません", "本文をUTF-8のJSONとして読み取れませんでした。何も記録していません。"),
        ("The body is not JSON", "The body could not be read as JSON in UTF-8. Nothing was recorded."),
    ),
    "idempotency_key_missing": _problem(
        400,
        ("Idempotency-Keyヘッダーがありません", "書き込みには必ずIdempotency-Keyヘッダーを付けてください。"),
        ("The Idempotency-Key header is missing", "Every write needs an Idempotency-Key header."),
    ),
    "idempotency_key_invalid": _problem(
        400,
        (
            "Idempotency-Keyヘッダーが正しくありません",
            "Idempotency-Keyは、表示できる文字1〜80文字で、一つだけ指定してください。",
        ),
        (
            "The Idempotency-Key header is not valid",
            "An Idempotency-Key has 1 to 80 printable characters, and is given once.",
        ),
    ),
    "key_missing": _problem(
        401,
        ("端末キーがありません", "Authorizationヘッダーに「Bearer pct_…」の形で端末キーを指定してください。"),
        ("The terminal key is missing", "Send the terminal key in the Authorization header, as Bearer pct_…"),
    ),
    "key_unknown": _problem(
        401,
        ("端末キーをご利用いただけません", "この端末キーは登録されていないか、失効しています。"),
        ("The terminal key is not accepted", "This terminal key does not exist, or was revoked."),
    ),
    "act_not_allowed": _problem(
        403,
        ("この端末キーでは行えない操作です", "この端末キーには、この操作の権限がありません。"),
        ("This key may not do that", "The terminal key does not allow this kind of request."),
    ),
    "outside_scope": _problem(
        403,
        (
            "店舗または端末が端末キーと一致しません",
            "指定された店舗コードまたは端末コードは、この端末キーのものではありません。",
        ),
        (
            "Another store or terminal than the key's",
            "The store or terminal named is not the one of this terminal key.",
        ),
    ),
    "merchant_suspended": _problem(
        403,
        (
            "加盟店としての取扱いが停止中です",
            "現在、この加盟店ではポイントを加算できません。事務局にお問い合わせください。",
        ),
        ("The merchant is suspended", "The merchant cannot give points now. Please ask the office of the club."),
    ),
    "merchant_ended": _problem(
        403,
        ("加盟店契約が終了しています", "お取引の日には、加盟店としての取扱いが終了していました。"),
        ("The merchant has left the club", "By the day of the sale the merchant had left the club."),
    ),
    "merchant_not_admitted": _problem(
        403,
        ("加盟店登録前のお取引です", "お取引の日には、まだ加盟店として登録されていませんでした。"),
        ("The merchant was not yet admitted", "On the day of the sale the merchant had not been admitted yet."),
    ),
    "unknown_merchant": _problem(
        403,
        ("この加盟店ではご利用いただけません", "この端末キーの加盟店では、この操作をご利用いただけません。"),
        ("Not for this merchant", "The merchant of this terminal key cannot send requests of this kind."),
    ),
    "not_found": _problem(
        404,
        ("アドレスが見つかりません", "このアドレスには何もありません。"),
        ("There is no such address", "There is nothing at this address."),
    ),
    "unknown_accrual": _problem(
        404,
        ("該当する加算がありません", "該当する加算は見つかりませんでした。"),
        ("There is no such accrual", "No accrual of yours was found."),
    ),
    "method_not_allowed": _problem(
        405,
        ("このメソッドはご利用いただけません", "Allowヘッダーに示すメソッドをご利用ください。"),
        ("The method is not allowed here", "Use a method that the Allow header names."),
    ),
    "request_timeout": _problem(
        408,
        ("リクエストの受信が時間内に終わりませんでした", "時間内に全体を受信できませんでした。何も記録していません。"),
        ("The request took too long to arrive", "It had not arrived as a whole in time. Nothing was recorded."),
    ),
    "reference_conflict": _problem(
        409,
        (
            "取引番号は別の内容で使用済みです",
            "この取引番号は、内容の異なるお取引で使用されています。新しく記録したものはありません。",
        ),
        (
            "The reference was used before",
            "This reference belongs to a request with other content. Nothing new was recorded.",
        ),
    ),
    "correction_window_over": _problem(
        409,
        ("訂正・取消の受付期間を過ぎています", "古いお取引の訂正・取消は、事務局にご依頼ください。"),
        ("Too late to change", "An accrual that old can be changed by the office of the club only."),
    ),
    "return_exceeds_sale": _problem(
        409,
        ("返品額がお取引の残額を超えています", "返品額は、お取引の残額までです。何も変更していません。"),
        ("More than is left of the sale", "No more can be returned than is left of the sale. Nothing was changed."),
    ),
    "already_reversed": _problem(
        409,
        ("すでに全額取り消されています", "全額取り消されたお取引は訂正できません。"),
        ("The sale was reversed as a whole", "A sale that was reversed as a whole cannot be corrected."),
    ),
    "refused": _problem(
        409,
        ("リクエストをお受けできません", "今回のリクエストはお受けできませんでした。何も変更していません。"),
        ("The request was refused", "The request could not be taken. Nothing was changed."),
    ),
    "body_too_large": _problem(
        413,
        ("本文が大きすぎます", "本文は、1件の場合は64KiB、一括の場合は1MiBまでです。"),
        ("The body is too large", "A body has at most 64 KiB, that of a batch 1 MiB."),
    ),
    "unsupported_media_type": _problem(
        415,
        ("Content-Typeがapplication/jsonではありません", "本文はapplication/json(UTF-8)で送信してください。"),
        ("The body must be application/json", "Send the body as application/json, in UTF-8."),
    ),
    "invalid_body": _problem(
        422,
        ("本文の内容が正しくありません", "errorsに示す項目をご確認ください。何も記録していません。"),
        ("The body does not fit", "See errors for what has to be mended. Nothing was recorded."),
    ),
    "body_too_deep": _problem(
        422,
        ("本文の入れ子が深すぎます", "本文の入れ子は16段までです。何も記録していません。"),
        ("The body is nested too deeply", "A body is nested 16 levels deep at most. Nothing was recorded."),
    ),
    "invalid_query": _problem(
        422,
        ("問い合わせの条件が正しくありません", "referenceに取引番号(1〜80文字)を一つ指定してください。"),
        ("The query does not fit", "Give one reference of 1 to 80 characters."),
    ),
    "idempotency_key_reused": _problem(
        422,
        (
            "Idempotency-Keyは別の内容で使用済みです",
            "このIdempotency-Keyは、内容の異なるリクエストで使用されています。新しいキーをご指定ください。",
        ),
        (
            "The Idempotency-Key was used before",
            "This Idempotency-Key came with other content before. Use a new key for a new request.",
        ),
    ),
    "invalid_sale": _problem(
        422,
        (
            "お取引の内容が正しくありません",
            "金額・コード・取引番号の組み合わせをご確認ください。何も記録していません。",
        ),
        ("The sale makes no sense", "Check figures, codes and reference against one another. Nothing was recorded."),
    ),
    "invalid_points": _problem(
        422,
        ("ポイント数が正しくありません", "ポイント数は1から1,000,000,000までの整数です。"),
        ("This is not a number of points", "Points are a whole number from 1 to 1,000,000,000."),
    ),
    "invalid_key": _problem(
        422,
        ("キーが正しくありません", "キーは、表示できる文字1〜80文字で指定してください。"),
        ("The key is not valid", "A key has 1 to 80 printable characters."),
    ),
    "unknown_member": _problem(
        422,
        ("会員番号が見つかりません", "この会員番号の会員はいません。番号をご確認ください。"),
        ("No member has this number", "Please check the member number."),
    ),
    "not_a_member_then": _problem(
        422,
        ("入会前のお取引です", "お取引の時点では、まだ会員ではありませんでした。"),
        ("The sale is from before the membership", "At the time of the sale this was not a member yet."),
    ),
    "membership_ended": _problem(
        422,
        ("退会後のお取引です", "お取引の時点で、会員資格は終了していました。"),
        ("The membership had ended", "By the time of the sale the membership had ended."),
    ),
    "sold_in_future": _problem(
        422,
        ("お取引の日時が先の日付です", "お取引の日時が1日以上先になっています。端末の時計をご確認ください。"),
        ("The sale is dated in the future", "It is dated more than a day from now. Check the terminal's clock."),
    ),
    "no_earning_rule": _problem(
        422,
        (
            "ポイントの加算条件がありません",
            "お取引の日に有効な加算条件が登録されていません。事務局にお問い合わせください。",
        ),
        (
            "There was no earning rule",
            "The merchant had no earning rule on the day of the sale. Please ask the office.",
        ),
    ),
    "too_many_requests": _problem(
        429,
        ("リクエストが多すぎます", "端末キーの上限に達しました。Retry-Afterの秒数をおいて再送してください。"),
        ("Too many requests", "The terminal key has reached its limit. Try again after the seconds in Retry-After."),
    ),
    "too_many_unknown_keys": _problem(
        429,
        ("認証の失敗が多すぎます", "登録されていない端末キーが続きました。Retry-Afterの秒数をおいて再送してください。"),
        (
            "Too many failed authentications",
            "Too many unknown keys came from here. Try again after Retry-After seconds.",
        ),
    ),
    "headers_too_large": _problem(
        431,
        ("ヘッダーが大きすぎます", "リクエスト行とヘッダーは、合わせて16KiBまでです。"),
        ("The headers are too large", "Request line and headers have at most 16 KiB together."),
    ),
    "internal_error": _problem(
        500,
        (
            "システムエラーが発生しました",
            "処理の結果を確認できませんでした。同じIdempotency-Keyで再送してください。二重には記録されません。",
        ),
        (
            "Something went wrong on our side",
            "What became of the request is not certain. Send it again with the same Idempotency-Key: it counts once.",
        ),
    ),
    "points_suspended": _problem(
        503,
        (
            "ポイントの取扱いを停止しています",
            "ただいまポイントの取扱いを停止しています。時間をおいて再送してください。",
        ),
        ("Points are suspended", "Points management is suspended at the moment. Try again later."),
    ),
    "queue_full": _problem(
        503,
        ("混み合っています", "ただいま混み合っています。Retry-Afterの秒数をおいて再送してください。"),
        ("Too busy at the moment", "Try again after the seconds in Retry-After, with the same Idempotency-Key."),
    ),
    "unreachable": _problem(
        503,
        ("一時的に処理できません", "記録されたかどうかは、同じIdempotency-Keyで再送すると確認できます。"),
        (
            "Not possible at the moment",
            "Whether it was recorded, sending it again with the same Idempotency-Key will tell.",
        ),
    ),
    "stopping": _problem(
        503,
        ("システムを再起動しています", "まもなく再開します。Retry-Afterの秒数をおいて再送してください。"),
        ("The service is restarting", "Try again after the seconds in Retry-After, with the same Idempotency-Key."),
    ),
}
