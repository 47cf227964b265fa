"""The rules of the spam judge about how spam speaks and where it lives: data only. Pure.

Weights and sources as in `digests.rules`.
"""

from digests.rules import Rule
from locales.errors import N_, Text

_LINKS = Text(N_("It sells links, followers or search engine tricks."))
_FRAUD = Text(N_("It sells visas, documents or certificates."))
_SALES = Text(N_("It reads like an advertisement."))
_CHANNEL = Text(N_("Somebody advertises their own channel or page."))
_PRAISE = Text(N_("It reads like a comment left by a spam program."))
_SAMPLE = Text(N_("It is the sample post of a new website."))
_FILLER = Text(N_("It reads like filler written to be found by search engines."))
_CONTACT = Text(N_("It asks to be contacted on a private number or chat."))
_ADDRESS = Text(N_("Its address is of a kind that spam often uses."))
_RUDE = Text(N_("It has rude words in it."))
_CODE = Text(N_("It contains computer code or form codes."))
_HELD_BACK = Text(N_("It says that it is protected or private."))

MANNERS = (
    Rule(
        "own-channel",
        (
            (
                r"\b(?:my|our new) (?:\w+ ){0,2}(?:channel|videos?|vids?|vlogs?|page|mixtape"
                r"|cover|remix|remixes|beats?|soundcloud|youtube|instagram|website|song|songs"
                r"|playlist|music|facebook|twitter|merch|stream)\b(?:.{0,60}\b(?:check"
                r"|subscribe|like|visit|watch|follow|click|please|plz|pls|out)\b)"
            ),
            r"^my (?:new )?(?:channel|video|mixtape|music|page)\b",
            (
                r"\b(?:check|subscribe|visit|watch|follow|like|view|support"
                r"|share)\b(?: \w+){0,5} (?:my|me|mine)\b"
            ),
            r"\bsub(?:scribe)? (?:to|4|for) (?:me|sub|us on youtube)|\bsub4sub|\bsubscribe to my",
            r"\bsub back|\bcheck (?:this|it|me|him|us) out\b",
            (
                r"\bcheck out (?:this|these) (?:\w+ )?(?:video|channel|playlist|site|website"
                r"|page|link|vid|song|cover)"
            ),
            r"\blike my comment|\bplease subscribe\b|\bfollow me on\b",
            r"\bgive (?:me|us|it) a (?:like|thumbs|listen|chance)",
            r"\bi'?m an? (?:\w+ ){0,3}(?:rapper|singer|producer|artist|youtuber|musician)\b",
            r"\bsubscribe (?:and|to|for) (?:like|win|get)",
        ),
        6,
        _CHANNEL,
    ),
    Rule(
        "thumbs-up",
        (r"\bthumbs? up if|\blike this comment\b",),
        2,
        _PRAISE,
    ),
    Rule(
        "swearing",
        (r"\bf+u+c+k\w*|\bshit\w*|\bbitch\w*|\bdick\b|\bcunt\w*|\bwhore\w*",),
        3,
        _RUDE,
    ),
    Rule(
        "comment-praise",
        (
            (
                r"\b(?:i have been|i've been) (?:surfing|browsing|exploring"
                r"|searching) (?:on-?line|around|the web)"
            ),
            r"\bbookmark(?:ed)? (?:your|this|it|to)",
            (
                r"\bkeep (?:up )?(?:the )?(?:great|good|writing|posting"
                r"|it up)\b.{0,30}\b(?:work|posts?|articles?|blog)?"
            ),
            (
                r"\b(?:great|nice|awesome|excellent|wonderful|amazing|fantastic) (?:blog|post"
                r"|article|website|site|web ?site|weblog|info)\b"
            ),
            r"\bi (?:really )?(?:like|love|enjoy) (?:your|this) (?:blog|post|site|article|weblog)",
            r"\bhey? there!? (?:i|this)",
            r"\bthanks for (?:sharing|the (?:great|good|marvelous)|your (?:marvelous|personal))",
            r"\bwhat (?:blog|web) ?(?:platform|host)|\brss feed to my|\bi stumbled upon",
            r"\bmy web ?(?:site|page|blog)\b|\bfeel free to visit|\blook at my\b|\breview my\b",
        ),
        3,
        _PRAISE,
    ),
    Rule(
        "sample",
        (
            r"\bwelcome to wordpress\b|^hello,? world!?$|\ba wordpress commenter\b",
            r"\blorem ipsum\b|\bjust another wordpress site\b|^(?:sample|test) (?:page|post)\b",
        ),
        4,
        _SAMPLE,
    ),
    Rule(
        "sales",
        (
            (
                r"\b(?:buy|order|shop|book|call|sign up|register|enrol|join|download|invest"
                r"|apply) (?:now|today)\b.{0,60}\b(?:discount|save|offer|price|deal|%|off"
                r"|bonus|limited)"
            ),
            (
                r"\b(?:limited[- ]time|special|exclusive|unbeatable|amazing) (?:offers?|deals?"
                r"|discounts?|price)(?! (?:for|from|to) (?:\w+ )?(?:partners|members|groups"
                r"|charities|volunteers|refugees))"
            ),
            r"\b\d{1,3} ?% (?:off|discount)\b|\bbuy (?:now|online|one get one|cheap)",
            r"\border now\b|\bshop now\b|\bfree shipping|\bmoney[- ]back guarantee",
            r"\b(?:promo|coupon|discount|voucher|referral) codes?\b",
            r"\bbest (?:price|prices|deals?|quality products)\b|\blowest prices?",
            (
                r"\bclick (?:here|below|this|the link)\b.{0,40}\b(?:buy|claim|win|order|get"
                r"|now|earn|free)"
            ),
            r"\bact now\b|\b100 ?% (?:free|guaranteed|satisfaction|natural|legit|safe)",
            r"\brisk[- ]free\b|\bfree trial\b(?! (?:sessions?|lessons?|class))",
            r"\bno obligation\b|\bcongratulations!? you",
            r"\byou (?:have )?(?:won|been selected)\b|\bsatisfaction guaranteed",
            r"\baffordable (?:price|rates|packages)",
            (
                r"\b(?:top|best|leading|trusted|professional|expert"
                r"|cheap(?:est)?) (?:\w+ ){0,3}(?:company|agency|services?|provider|contractor"
                r"|plumbers?|roofers?|dealers?|manufacturers?|suppliers?|removals?|movers"
                r"|locksmiths?|clinic|surgeon|consultants?) in\b"
            ),
            r"\b(?:visit|check out) our (?:website|store|shop|site|page)\b",
            r"\bwww\.\S+\.(?:com|net|info|biz)\b.{0,20}\b(?:discount|offer|cheap)|\bfor sale\b",
            r"\bwarranty\b",
        ),
        3,
        _SALES,
    ),
    Rule(
        "tradespeople",
        (
            r"\b(?:plumb(?:er|ing)|locksmith|roof(?:er|ing)|boiler repair|scaffold|pest control)",
            r"\b(?:drain|carpet|window|gutter) cleaning|\bhouse clearance",
            r"\bremovals? (?:company|firm)|\bnear me\b|\bget a (?:free )?quote",
            r"\bfree (?:quotes?|consultation|estimate)|\bcall (?:us )?(?:now|today)\b",
            r"\bfixed[- ]fees?\b|\bcompetitive (?:rates|prices?)|\bbuy[- ]to[- ]let",
            r"\b(?:property|real estate) invest|\binvest(?:ment)? in\b.{0,30}\bpropert",
            (
                r"\b(?:luxury|serviced) (?:student )?(?:apartments?|accommodation|flats?"
                r"|villas?|homes?)"
            ),
            r"\bfrom (?:[£$€] ?)?\d+(?: pounds)? (?:a|per) (?:hour|week|month|night|day)\b",
            r"\b(?:business|invoice|asset|bridging) finance\b",
            r"\bdriving (?:school|instructors?)",
            r"\b(?:divorce|injury|accident|criminal|dui) (?:lawyers?|solicitors?|attorneys?)",
            r"\b(?:lawyers?|solicitors?|attorneys?) (?:near|in \w+:)",
            r"\bour (?:expert|experienced|agents)|\bvapes?\b|\be[- ]liquids?\b|\btattoo",
            r"\bbotox\b|\bteeth whitening|\bhair extensions?",
            r"\bdelivered (?:discreetly|to your (?:home|door))|\bpsychedelic|\bessential oils?\b",
            r"\bin stock\b|\badd to (?:cart|basket)|\bsubscribe to our (?:plan|service)",
            r"\bpricing\b",
        ),
        3,
        _SALES,
    ),
    Rule(
        "jobs-abroad",
        (
            r"\bvisa sponsorship\b",
            r"\bjobs? in (?:canada|australia|dubai|usa|germany|poland|qatar)",
            r"\bwithout (?:ielts|experience|documents)",
            r"\bno (?:documents|ielts) (?:needed|required)|\bpay after arrival",
            r"\bimmigration consultan|\bpr visa\b|\bgreen card lottery",
        ),
        3,
        _FRAUD,
    ),
    Rule(
        "click-here",
        (
            r"\bclick here\b|\bclick (?:the|this|on the) link|\bfree gifts?\b|\bgiveaway\b",
            r"\burgent(?:ly)? (?:response|reply)|\bdear (?:friend|sir|beneficiary|winner)\b",
            r"\b100%|\bhurry\b|\bdon'?t miss (?:out|this)\b",
        ),
        1,
        _SALES,
    ),
    Rule(
        "filler",
        (
            r"\b(?:top|best) \d+ (?:\w+ ){1,6}(?:in|of|for) (?:20\d\d|the world|beginners)",
            (
                r"^\d+ (?:\w+ )?(?:best|natural|proven|amazing|surprising|powerful|simple|easy"
                r"|incredible|effective|secret) "
            ),
            r"\bultimate guide\b|\beverything you need to know\b",
            r"\b(?:unlock|unleash|elevate|supercharge|skyrocket|transform)(?:ing)? (?:your|the)\b",
            r"\bin today'?s (?:fast[- ]paced|digital|modern|world)|\bgame[- ]chang(?:er|ing)\b",
            r"\bembark(?:ing)? on\b|\bdelve into\b|\brevolutioni[sz](?:e|ing)\b|\blife ?hacks?\b",
            r"\byou won'?t believe\b|\bone weird trick|\bsecrets? (?:of|to|that)\b",
            r"\bcutting[- ]edge\b|\bseamless(?:ly)?\b|\bboost(?:ing)? your\b",
        ),
        3,
        _FILLER,
    ),
    Rule(
        "contact",
        (
            (
                r"\b(?:whats ?app|wechat|telegram|viber|hangouts?"
                r"|signal)\b[^a-z]{0,12}\+?\d[\d\s()-]{7,}"
            ),
            (
                r"\b(?:contact|text|add|dm|inbox|message|reach|email|call"
                r"|chat)\b.{0,30}\b(?:us|me|him|her|dr\.?|mr\.?|now)?\b.{0,30}\b(?:on|via"
                r"|through|at) (?:whats ?app|wechat|kik|hangouts?)\b"
            ),
            r"\bt\.me/|\bwa\.me/|\bspell ?caster|\blove spells?\b|\billuminati\b",
            r"\bhacker\b.{0,40}\b(?:hire|contact|recover|service)|\bhire a hacker",
        ),
        4,
        _CONTACT,
    ),
    Rule(
        "code",
        (
            r"\[url=|\[/url\]|<a href|</a>|\[link=|\beval\(|document\.cookie|<script|javascript:",
            r"\$\{jndi",
        ),
        4,
        _CODE,
    ),
    Rule(
        "address-words",
        (
            (
                r"\bhttps?://[^/\s]*(?:casino|viagra|cialis|porn|poker|payday|escort|slot\d"
                r"|betting|essay|replica)"
            ),
        ),
        4,
        _ADDRESS,
    ),
    Rule(
        "protected",
        (r"^(?:protected|private):|\bthis is a protected post\b|\bpassword protected\b",),
        2,
        _HELD_BACK,
    ),
)

# matched on the host of the item's own link
LINK_RULES = (
    Rule(
        "spam-domain",
        (
            (
                r"\.(?:xyz|top|click|loan|loans|casino|bet|win|vip|cam|sex|porn|adult|icu|buzz"
                r"|monster|cyou|rest|sbs|cfd|bid|stream|download|racing|review|party|gdn|men"
                r"|date|tk|ml|ga|cf|gq)$"
            ),
        ),
        3,
        _ADDRESS,
    ),
    Rule(
        "shortener",
        (
            (
                r"^(?:www\.)?(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|ow\.ly|is\.gd|cutt\.ly"
                r"|rb\.gy|shorturl\.at|adf\.ly|tiny\.cc|rebrand\.ly|t\.ly|linktr\.ee|t\.me"
                r"|wa\.me|s\.id|v\.gd)$"
            ),
        ),
        2,
        _ADDRESS,
    ),
    Rule(
        "number-host",
        (r"^[\d.]+$|^[0-9a-f:]*:[0-9a-f:]+$|(?:\w+-){4,}\w+\.",),
        2,
        _ADDRESS,
    ),
)

# matched on the words as written, with their case
SHAPE_RULES = (
    Rule(
        "exclaiming",
        (r"!{3,}|\?{3,}|\${2,}|(?:[\U0001F300-\U0001FAFF\u2600-\u27bf]\ufe0f?\s?){4,}",),
        1,
        _SALES,
    ),
    Rule(
        "bare-address",
        (r"\b(?:https?://|www\.)\S+(?:.{0,200}\b(?:https?://|www\.)\S+){2}",),
        2,
        _LINKS,
    ),
)
