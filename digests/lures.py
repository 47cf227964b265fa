"""The rules of the spam judge about how fraud and advertisements lure: data only. Pure.

Weights and sources as in `digests.rules`; what asks for cards, codes and fees: warnings of Action
Fraud and the National Cyber Security Centre about messages that pretend to come from the state.
"""

from digests.rules import Rule
from locales.errors import N_, Text

_MEDICINES = Text(N_("It sells medicines or slimming products."))
_LOANS = Text(N_("It advertises loans or quick money."))
_ESSAYS = Text(N_("It sells essays or coursework."))
_COINS = Text(N_("It advertises digital coins or trading."))
_ADULT = Text(N_("It advertises sex or dating."))
_FRAUD = Text(N_("It sells visas, documents or certificates."))
_PHISHING = Text(N_("It asks for bank or card details, or for a fee."))
_INSERTED = Text(N_("An advertisement stands in the middle of the text."))

LURES = (
    Rule(
        "made-to-order",
        (
            (
                r"\b(?:essays?|assignments?|papers?|coursework|dissertations?|homework)\b.{0,60}"
                r"\b(?:write[rs]* it for you|ghostwriters?|done by|from [£$] ?\d)"
            ),
            r"\bghostwriters?\b",
        ),
        6,
        _ESSAYS,
    ),
    Rule(
        "papers-by-chat",
        (
            (
                r"\b(?:passports?|licen[cs]es?|residence (?:cards?|permits?)"
                r"|certificates?|visas?)\b"
                r".{0,60}\b(?:telegram|whats ?app|our (?:agent|contact|insider)|pay on delivery"
                r"|no (?:test|exam|questions)|without (?:the |an )?(?:test|exam))\b"
            ),
            r"\b(?:skip|jump) the (?:asylum |visa )?(?:queue|line)\b",
            r"\bwe (?:write|create) (?:your |an? )?(?:asylum )?(?:story|case)\b",
        ),
        6,
        _FRAUD,
    ),
    Rule(
        "meet-tonight",
        (
            (
                r"\b(?:girls?|wives|singles|ladies|brides?)\b.{0,40}\b(?:want to (?:meet|chat)"
                r"|waiting (?:for|to)|near you|tonight|looking for (?:a )?(?:husband|men))"
            ),
            r"\bno strings\b|\blonely (?:wives|ladies)\b",
        ),
        6,
        _ADULT,
    ),
    Rule(
        "slimming",
        (
            (
                r"\b(?:slim down|lose|shed)\b.{0,12}\b\w+ (?:kilos?|kg|pounds|lbs|stone)\b"
                r"|\bfat (?:while|when) you sleep\b"
            ),
            r"\bcleans? (?:your |the )?(?:arteries|liver|colon)\b",
            r"\bthis (?:root|seed|spice|trick|tonic)\b",
        ),
        6,
        _MEDICINES,
    ),
    Rule(
        "sure-returns",
        (
            r"\breturns? of (?:up to )?\d+ ?(?:%|per ?cent)|\binvest(?:ing|ment|or)? club\b",
            (
                r"\b(?:makes?|earns?|made|earning|making)\b.{0,15}[£$€] ?\d[\d,.]* ?k? "
                r"(?:a|per|each|every) day\b"
            ),
            r"\b(?:doubles?|doubled|doubling) (?:your|his|her|my) (?:deposit|money|savings)\b",
        ),
        6,
        _COINS,
    ),
    Rule(
        "asks-for-the-card",
        (
            (
                r"\b(?:send|enter|type|confirm|verify|add|give|upload|update|provide|register"
                r"|fill in|tell us)\b.{0,50}"
                r"\b(?:bank card|card (?:number|details|pin|front)|your card|sort code"
                r"|bank (?:details|account)|your bank|iban"
                r"|maiden name|recovery phrase|\d\d words|card and (?:pin|password)|login)\b"
            ),
            r"\b(?:log|sign) in\b.{0,60}\b(?:payments?|support|keep|restart|refund|rent|arc)\b",
            r"\bverify (?:your )?(?:passport|identity|iban|account)\b",
            r"\bchoose your bank\b",
            r"\byour (?:card|account) (?:is|has been|was) (?:blocked|locked)\b",
        ),
        4,
        _PHISHING,
    ),
    Rule(
        "fee-first",
        (
            (
                r"\b(?:pay|send|bring)\b.{0,30}\b(?:fee|charge|postage|deposit"
                r"|\d+ (?:pounds|dollars))\b.{0,40}"
                r"\b(?:first|release|uniform|to (?:get|see|register|reserve)|only)\b"
            ),
            r"\bpay (?:the |a |an )?(?:file|express|transfer|registration|processing|postage)\b",
            r"\b(?:registration|processing|file|express) fee\b|\bfor a (?:small )?fee of\b",
            r"\byour (?:e-?mail|number) won\b|\bnext of kin\b|\bcontact (?:the )?barrister\b",
            r"\bshare (?:it |this )?(?:post )?(?:with|in) \d+ (?:friends|groups|contacts)\b",
        ),
        4,
        _PHISHING,
    ),
    Rule(
        "no-papers-work",
        (r"\bno (?:papers|tax)\b|\bcash (?:in hand|work)\b|\bunlimited earnings\b",),
        3,
        _LOANS,
    ),
    Rule(
        "put-in-between",
        (
            r"\b(?:read next|also (?:see|read)|sponsored(?: post)?|partner message|p\.?s)\s*:",
            r"\b(?:sponsored by|our sponsors?|our friends at|our partner (?:shop|site|lender))\b",
            r"\b(?:voucher|promo|coupon|discount|code) [a-z]{4,}\d{1,3}\b",
            (
                r"\b(?:\d+|five|seven|eight|nine|ten|twelve|fifteen) best\b.{0,60}"
                r"\b(?:on sale|tested|rated|of 20\d\d|deals?|price)\b"
            ),
            r"\bwager\w*\b|\bcompare (?:prices|quotes|lenders|rates)\b|\bshows? lenders\b",
            r"\bdo-?follow\b|\baaa quality\b|\bvisit our friends\b|\bwelcome gift\b|\btrends for\b",
            r"\b\d{3} ?% (?:top-?up|bonus|match)|\bstart with (?:the|a) deposit\b",
            r"\bwork permits for\b",
            r"\b(?:made|arranged) legally\b|\blowest (?:rates?|fares?)\b|\bmoney back\b",
            r"\b(?:hotel|flight)s? (?:bargains?|deals?)\b|\bwow factor\b|\bcosts? to hire us\b",
        ),
        2,
        _INSERTED,
    ),
)
