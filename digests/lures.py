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
_SALES = Text(N_("It reads like an advertisement."))
_FILLER = Text(N_("It reads like filler written to be found by search engines."))
_LINKS = Text(N_("It sells links, followers or search engine tricks."))
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
    Rule(
        "firm-speaks",  # a firm that speaks of itself and its customers
        (
            (
                r"\bour (?:\w+ ){0,2}(?:engineers?|surveyors?|brokers?|fitters?|valuers?|assessors?"
                r"|coaches|planners|lenders?|letting agents?|pharmacists?|prescribers?|plumbers?"
                r"|showrooms?|studio|packages|consultancy|mattress\w*|investors|tipsters?"
                r"|conveyancers?|technicians|platform offers|success rate|claims line)\b"
            ),
            r"\baward[- ]winning (?:\w+ )?(?:team|solicitors?|lawyers?|agents?|clinic|product)",
            (
                r"\b(?:ask|get in touch|call|write) (?:us )?for (?:a |our |the |your )?"
                r"(?:price|price list|prices|brochure|quote|survey|investor pack)\b"
            ),
            r"\bprice list\b|\bprices? (?:on|per) (?:application|request|page|slide)\b",
            r"\bno win,? no fee\b|\bif we (?:do not|don't) win\b|\bsame[- ]day appointment",
            r"\byou (?:could|may|might) be (?:owed|due)\b|\bstart your claim\b|\bgroup action\b",
            r"\bsuccess rate\b|\binstalments accepted\b|\b(?:trust ?pilot|five[- ]star) rat",
            r"\b(?:yields?|net returns?) of\b|\b(?:%|per ?cent) (?:net )?yields?\b",
            r"\b\d+ ?(?:%|per ?cent) (?:daily|monthly|each day)\b",
            r"\bno (?:voids|commission)\b|\bcash buyers?\b|\bbook a (?:discovery )?call\b",
            r"\b(?:spring|summer|winter|clearance|closing[- ]down) sale\b",
            r"\b(?:newly |fully )refurbished (?:en[- ]?suites?|studios?|apartments?)\b",
            r"\bbefore (?:they go|the last)\b|\bonly (?:six|\d+) remain\b|\bstock is going fast\b",
        ),
        2,
        _SALES,
    ),
    Rule(
        "word-from-a-seller",  # one sentence of advertising, as copied posts have it
        (
            r"\bword from our sponsor|\bbrought to you by\b.{0,40}\b(?:people|makers|firm|company)",
            r"^advert\w*:|\bsponsored\b.{0,30}\b(?:cheap|best|deal|price|offer)",
            r"\b(?:our|this blog's) (?:friends'|readers (?:get|love|have|save|enjoy))\b",
            r"\b(?:this|our) (?:page|post|blog|article) is (?:supported|sponsored) by\b",
            (
                r"\b(?:with|by|use|through|via) (?:our|my|this) "
                r"(?:affiliate|referral|partner)?\s?(?:link|code|key)\b"
            ),
            r"\bmention (?:us|this blog|this post)\b|\bquote [a-z]{3,}\d+\b|\bon the house\b",
            r"\bwhile you (?:are here|wait, try)\b|\bbefore you read on\b|\bour testers\b",
            r"\b(?:half[- ]price|discreet|plain|unmarked) (?:\w+ )?(?:box|parcels?|envelopes?)\b",
            r"\bin plain (?:packets?|envelopes?)\b|\bstealth\b",
            r"\bships? (?:from|unmarked|worldwide)\b",
            r"\b(?:pay|paid) (?:only )?after (?:you pass|the win|results)\b",
            r"\bhalf (?:now|in advance)\b",
            r"\bcash ?back\b.{0,30}\b(?:bank|claim|owes?)\b|\bclaim (?:the|your) cash\b",
            r"\bcash (?:in days|the same day)\b|\bpays? in (?:a week|days|hours)\b",
            r"\b(?:sell|buy) (?:your|a) (?:home|house|flat|car) (?:fast|in)\b",
        ),
        2,
        _INSERTED,
    ),
    Rule(
        "written-by-machine",  # stock phrases of texts that programs write
        (
            r"\b(?:rich|vibrant|complex|intricate) (?:tapestry|mosaic)\b|\bmyriad\b|\bplethora\b",
            r"\bbeacon of (?:hope|light)\b|\bcornerstone of (?:our )?society\b|\bmulti-?faceted\b",
            r"\bever[- ]evolving\b",
            r"\bit is (?:important|crucial|worth) (?:to (?:note|recogni[sz]e)|noting)",
            r"\bplays? (?:a|an) (?:pivotal|crucial|vital) role\b|\bnestled in\b",
            r"\bsynerg(?:y|ies)\b",
            r"\bnavigat(?:e|ing) the (?:complex\w*|challenges|landscape)\b|\bdelve\b",
            r"\b(?:breaks? down|reshaping) (?:barriers and|lives)\b",
            r"\bcurated (?:store|collection|list)\b",
            r"\bfoster(?:s|ing)? (?:synergy|innovation|growth)\b|\bin (?:conclusion|essence),",
            r"\b(?:meaning|definition|causes), .{0,30}\b(?:benefits|faqs?|solutions|types)\b",
            (
                r"\b(?:best|top) (?:\w+ )?(?:laptops?|sim deals|credit cards?|travel insurance"
                r"|apps) (?:of|in|for)\b"
            ),
        ),
        2,
        _FILLER,
    ),
    Rule(
        "tests-not-sat",
        (
            r"\bwithout (?:sitting|taking|passing|doing)\b.{0,15}\b(?:test|tests|exams?|course)?",
            (
                r"\b(?:licen[cs]e|certificate|permit|card|ielts|degree|papers)\b.{0,40}"
                r"\bwithout (?:the |a |an |any )?(?:tests?|exams?|lessons)\b"
            ),
            r"\b(?:insider|agent) (?:adds|knows)\b|\bwe write,? you sign\b|\bdone for you\b",
            r"\b(?:undetected|safe) (?:by|from) (?:ai|turnitin)\b|\bturnitin safe\b",
            (
                r"\b(?:writers?|graduates?|experts?|tutors?)\b.{0,25}\b(?:craft|complete"
                r"|sit)s? (?:yours|it|them)\b"
            ),
            (
                r"\b(?:graduates?|writers?|tutors?|experts?)\b.{0,30}\bwrite the (?:essay"
                r"|assignment)"
                r"|\b(?:essay|assignment|coursework|dissertation)s? (?:can be |is "
                r"|are )?written by\b"
            ),
        ),
        4,
        _FRAUD,
    ),
    Rule(
        "trade-of-links",
        (
            r"\b(?:swap|exchange|trade) links\b|\b(?:a|one|the) link (?:from|on) your\b",
            r"\blink request\b",
            (
                r"\b(?:your|the) (?:site|website|pages?)\b.{0,40}\b(?:from ranking"
                r"|do(?:es)? not (?:rank|show))"
            ),
            r"\bfree (?:seo )?audit\b",
            r"\bbetter (?:resource|piece|article)\b.{0,40}\b(?:readers|add|about)\b",
            r"\b(?:broken|dead) link\b.{0,80}\b(?:page|readers|resource)\b",
            (
                r"\b(?:tell|see|visit|like) my (?:\w+ )?(?:friends at|firm|site|shop|agency|name"
                r"|profile)\b"
            ),
            r"\bmy site is about\b|\balso see my\b|\bexactly what i was (?:searching|looking)\b",
            r"\b(?:found|find) it very (?:helpful|informative|useful) indeed\b",
            r"\bvery informative (?:post|article)\b",
        ),
        4,
        _LINKS,
    ),
    Rule(
        "name-drawn",
        (
            (
                r"\b(?:one|your (?:name|e-?mail|entry)|you)\b.{0,15}\b(?:came up|was chosen"
                r"|were chosen)"
                r"|\bclaims officer\b|\bpaying officer\b"
            ),
            (
                r"\bshare (?:it |this )?(?:with|to|in) (?:\w+ ){0,2}(?:contacts|groups"
                r"|friends)\b.{0,40}\b(?:left|get|claim|win)"
            ),
            r"\bbeneficiar(?:y|ies)\b.{0,60}\b(?:reply|send|details)\b",
            r"\bgift cards?\b.{0,40}\b(?:close|settle|court)",
        ),
        4,
        _PHISHING,
    ),
    Rule(
        "boasts",  # what only sellers say, of whatever goods
        (
            r"\bread how \w+ (?:made|earned|won|lost)\b|\bsecond wage\b|\b(?:we|they) say yes\b",
            r"\byour lucky number\b|\btonight's lucky\b|\b(?:local|hot) singles\b|\bhoroscopes?\b",
            r"\bthe cheapest\b|\bbook (?:through|with) us\b|\bclick to (?:see|view|win|get)\b",
            r"\bhow much (?:is )?your (?:\w+ )?(?:accident|claim|case) (?:is )?worth\b",
            (
                r"\b(?:banks?|doctors?|hospitals?|clinics?|casinos?|croupiers?)\b.{0,15}"
                r"\b(?:fear|hate|afraid of|won't tell|will not tell|do not show|hides?)\b"
            ),
            r"\bdoctors (?:take|use) themselves\b|\b(?:became|become|get) rich\b",
            r"\bmarriage for papers\b|\bpass guaranteed\b|\bguaranteed (?:rent|pass)\b",
            r"\binvestor pack\b",
            r"\bhome delivered\b|\b(?:everything|all) must go\b",
            r"\bup to \d+ ?(?:%|per ?cent) (?:less|off)\b",
            r"\b(?:winter|spring|summer|factory) prices\b|\bonline shop for\b|\badvertisement:",
            r"\bglowing skin\b|\binfluencers? love\b|\bwhere to bet\b",
            r"\b(?:odds|tips) (?:and|for) (?:the )?(?:match|week)",
            r"\bclear (?:warts|acne)\b|\bcash for your\b|\bfor cash at\b|\bmin(?:imum)? deposit\b",
            r"\b\d+ (?:website )?visitors for\b|\bfor (?:the )?first ten clients\b",
            r"\brefinanc(?:e|ing)\b",
        ),
        2,
        _SALES,
    ),
)
