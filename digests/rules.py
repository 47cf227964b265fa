"""What a rule of the spam judge is, and the rules about what spam sells: data only. Pure.

Weights: 6 rejects by itself, 2 asks a coordinator, 1 adds to another doubt. Patterns are
matched without regard to case, on the text as written and on the text with spam's disguises
undone. Sources, by group: the phrases are our own choice after reading the categories of
WordPress comment spam (splorp/wordpress-comment-blocklist, MIT), the UCI YouTube Spam
Collection (CC BY 4.0) and the promotional feeds of our developer set; fraud with documents
and visas: Home Office and Action Fraud warnings about immigration fraud.
"""

import re
from dataclasses import dataclass
from functools import cache

from locales.errors import N_, Text


@dataclass(frozen=True, slots=True)
class Rule:
    """A sign of spam: *id*, the expressions that show it, its weight and its reason."""

    id: str
    expressions: tuple[str, ...]
    weight: int
    reason: Text

    def fits(self, text: str) -> bool:
        """Say whether one of the expressions is found in *text*, in any case."""
        return bool(_compiled(self.expressions).search(text))


def lower_case(text: str) -> str:
    """Return *text* so that `rulebook` finds there, by case, what `Rule.fits` finds in *text*."""
    return text.casefold().replace("ı", "i")  # "i" in any case is also the Turkish one


@cache
def _compiled(expressions: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(expressions), re.IGNORECASE)


_GAMBLING = Text(N_("It advertises gambling."))
_GAMBLING_WORD = Text(N_("It is about gambling."))
_MEDICINES = Text(N_("It sells medicines or slimming products."))
_LOANS = Text(N_("It advertises loans or quick money."))
_ESSAYS = Text(N_("It sells essays or coursework."))
_COINS = Text(N_("It advertises digital coins or trading."))
_COINS_WORD = Text(N_("It is about digital coins or trading."))
_ADULT = Text(N_("It advertises sex or dating."))
_LINKS = Text(N_("It sells links, followers or search engine tricks."))
_GOODS = Text(N_("It sells brand goods or copies of them."))
_FRAUD = Text(N_("It sells visas, documents or certificates."))

WARES = (
    Rule(
        "gambling",
        (
            (
                r"\b(?:online|best|live|mobile|crypto|new|real money|uk|no deposit|free"
                r"|top) (?:\w+ )?casinos?\b"
            ),
            r"\bcasinos? en ligne|\b(?:mejores )?casinos? online",
            r"\bcasino (?:bonus|games?|online|sites?|slots?|review|app)",
            r"\bcasinos? (?:not on|without)|\bsports? ?(?:betting|book)",
            r"\bbetting (?:sites?|tips|odds|apps?)",
            r"\bslots? (?:gacor|online|machine|games?|88|demo)|\bsitus\b|\bjudi\b|\btogel\b",
            r"\bbandar(?:q| )|\bdomino ?qq|\bpoker ?(?:online|qq|room|site)",
            r"\bonline (?:poker|bingo|slots?|roulette|blackjack|baccarat|rummy|gambling|betting)",
            r"\bfree spins?\b|\bno deposit bonus|\b1xbet|\bbetway|\bmostbet|\bmelbet",
            r"\bpin[- ]?up (?:casino|bet)|\b(?:jackpot|maxwin|rtp) (?:slot|live|win)",
            r"\bwelcome bonus\b|\bfree bets?\b|\bsatta\b|\bmatka\b",
        ),
        6,
        _GAMBLING,
    ),
    Rule(
        "gambling-word",
        (
            r"\bcasinos?\b|\bgambl(?:e|er|ers|ing)\b(?![- ](?:harm|support|help|addict))",
            r"\bbaccarat\b|\broulette\b|\bblackjack\b|\bjackpots?\b|\bpoker\b|\bbookmakers?\b",
            r"\bbet(?:s|ting)\b",
        ),
        3,
        _GAMBLING_WORD,
    ),
    Rule(
        "medicines",
        (
            r"\bviagra\b|\bcialis\b|\blevitra\b|\bkamagra\b|\bsildenafil\b|\btadalafil\b",
            r"\bxanax\b|\btramadol\b|\bphentermine\b|\bmodafinil\b|\bvalium\b|\bambien\b",
            r"\boxycodone\b|\badderall\b|\bivermectin\b",
            (
                r"\b(?:ozempic|semaglutide|wegovy|mounjaro)\b.{0,40}\b(?:buy|online|cheap"
                r"|price|order)"
            ),
            (
                r"\b(?:buy|order|cheap|purchase|get)\b.{0,30}\b(?:pills?|tablets|medication"
                r"|antibiotics|meds|prescription|steroids|ozempic|cannabis|weed)\b"
            ),
            r"\bwithout (?:a )?prescription|\bno prescription",
            r"\b(?:online|canadian|discount) pharmac|\b(?:male|penis) enhance|\berectile",
            r"\bketo (?:gummies|diet pills?|pills|burn)|\bcbd (?:oil|gummies|products|vape)",
            r"\bweight[- ]loss (?:pills?|supplements?|gummies|secret|drops)",
            r"\bburn (?:belly )?fat\b|\blose \d+ ?(?:pounds|lbs|kg)|\bbelly fat\b",
            r"\btestosterone booster|\bhair[- ](?:loss|growth) (?:serum|oil|treatment|cure)",
            r"\bmiracle (?:cure|pill)|\bdoctors hate\b|\bdetox tea\b",
        ),
        6,
        _MEDICINES,
    ),
    Rule(
        "loans",
        (
            (
                r"\b(?:payday|instant|same[- ]day|quick|fast|bad credit|no credit check"
                r"|guaranteed|personal|unsecured|urgent|business|title|cash"
                r"|easy) loans?\b(?! sharks?)(?=.{0,300}?\b(?:apply|approv\w+|online|now|today"
                r"|lender|bad credit|rates?|minutes|guaranteed|offer|instant|cheap|best|get"
                r"|%))"
            ),
            (
                r"\b(?:apply|approved?|online|now|instant|cheap|best|get"
                r"|need)\b.{0,60}\b(?:payday|instant|same[- ]day|bad credit|no credit check"
                r"|unsecured) loans?\b"
            ),
            r"\bno credit check|\bguaranteed approval|\bcredit repair\b|\bfix your credit",
            r"\bloan offer\b|\bare you in need of (?:a|an) (?:\w+ )?loan",
            r"\bpayday loans? (?:for|online|today|fast|near|up to)|\binstant approval",
            r"\bdebt (?:relief|consolidation) (?:company|program|service|loan)|\bcash advance\b",
            r"\bmerchant cash",
        ),
        6,
        _LOANS,
    ),
    Rule(
        "loan-word",
        (
            r"\bpayday (?:loans?|lend)|\bloans? (?:at|from|up to)\b|\bborrow up to\b",
            r"\bmortgage rates?\b|\binterest rates?\b",
        ),
        2,
        _LOANS,
    ),
    Rule(
        "quick-money",
        (
            (
                r"\b(?:make|earn|earning|making) (?:\w+ ){0,3}(?:money|cash"
                r"|[$£€] ?\d[\d,.]*k?)\b.{0,40}\b(?:online|from home|fast|daily|a day|per day"
                r"|every day|a week|per week|weekly|playing|easy|easily)"
            ),
            r"\bmake money (?:online|fast|from)|\bearn (?:real )?money\b",
            r"\bwork from home\b.{0,60}\b(?:\$|£|€|earn|money|income|no experience)",
            r"\bpassive income\b|\bfinancial freedom\b|\bget rich\b",
            r"\bextra (?:cash|income)\b.{0,30}\b(?:home|online|now)|\bside hustles?\b",
            r"\baffiliate (?:marketing|link|program)|\bmlm\b",
            r"\b[$£€] ?\d[\d,.]*k? (?:a|per|every) (?:day|hour)\b.{0,40}\b(?:home|online|easy)",
            r"\binheritance fund|\blottery (?:winner|winning)s?\b.{0,40}\b(?:claim|email|usd)",
            r"\bdouble your (?:money|income)|\bguaranteed (?:returns?|profits?|income)",
        ),
        6,
        _LOANS,
    ),
    Rule(
        "essays",
        (
            (
                r"\b(?:essay|assignment|dissertation|thesis|coursework|homework|term paper"
                r"|research paper|paper|cv|resume) (?:writing|writers?|help|service"
                r"|helper)s? ?(?:service|help|online|uk|company|agency|cheap|for you|from)"
            ),
            r"\bessay writ(?:ing|ers?)\b",
            r"\b(?:write|do) my (?:essay|paper|assignment|homework|dissertation)",
            (
                r"\b(?:buy|order|cheap|custom|pay for|pre-?written)\b.{0,20}\b(?:essays?"
                r"|dissertations?|term papers?|assignments?|coursework|thesis)\b"
            ),
            r"\bassignment help\b|\bpay someone to (?:do|take|write)|\bplagiarism[- ]free",
            r"\btake my (?:exam|online class)|\bexam dumps?\b",
        ),
        6,
        _ESSAYS,
    ),
    Rule(
        "coins",
        (
            (
                r"\b(?:bitcoin|btc|crypto(?:currency)?|ethereum|dogecoin|forex|binary options?"
                r"|nft|usdt|stocks?|trading)\b.{0,60}\b(?:invest\w*|profits?|trad(?:e"
                r"|ing) (?:platform|bot|signals?)|bot|signals?|wallet|mining|earn\w*|airdrop"
                r"|presale|casino|doubl\w+|buy|giveaway|pump|millionaire|exchange|recover\w*"
                r"|robot|returns)\b"
            ),
            (
                r"\b(?:invest\w*|profits?|earn\w*|buy|mining|double"
                r"|recover\w*)\b.{0,60}\b(?:bitcoin|btc|crypto(?:currency)?|ethereum|dogecoin"
                r"|forex|binary options?|nfts?|usdt)\b"
            ),
            r"\b(?:bitcoin|btc|crypto|forex) trad(?:e|ing|ers?)\b|\btrading signals\b",
            r"\bforex (?:broker|trading|robot)",
            r"\bcrypto (?:casino|presale|airdrop|wallet|exchange)|\bshiba inu coin|\baltcoins?\b",
            r"\bmetamask\b|\bseed phrase",
        ),
        6,
        _COINS,
    ),
    Rule(
        "coin-word",
        (
            r"\bbitcoins?\b|\bcrypto(?:currenc\w+)?\b|\bblockchain\b|\bethereum\b|\bnfts?\b",
            r"\bforex\b|\bweb3\b",
        ),
        3,
        _COINS_WORD,
    ),
    Rule(
        "adult",
        (
            r"\bporn\w*|\bxxx (?:videos?|movies?|tube|sites?)",
            r"\bescorts? (?:services?|agency|girls?|in)\b",
            r"\b(?:call|cam|sexy|hot|russian|webcam) (?:girls?|models?|babes?)\b",
            r"\bsex(?:y)? (?:cam|chat|toys?|videos?|dating|dolls?|tape)|\bonlyfans\b",
            r"\bhook[- ]?ups?\b.{0,30}\b(?:site|app|tonight|local|girls)|\bsend nudes\b",
            r"\bnude (?:pics|photos|girls|women|cams?)",
            r"\b(?:adult|mail[- ]order|dating) (?:dating|brides?|sites?|apps?|chat)\b",
            r"\b(?:hot|lonely|single|sexy) (?:women|girls|singles|ladies|milfs?)\b|\bmilfs?\b",
            r"\bsugar (?:daddy|baby|mommy)|\bbrides? (?:for marriage|online|from)|\bsexy ass\b",
        ),
        6,
        _ADULT,
    ),
    Rule(
        "link-trade",
        (
            r"\bback ?links?\b",
            r"\bseo (?:services?|agency|company|expert|tools?|packages?|optimi[sz]ation|experts?)",
            r"\bguest post(?:s|ing)?\b|\bdomain authority\b|\blink[- ]building\b",
            (
                r"\b(?:buy|cheap|gain|increase|unlimited|boost|free)\b.{0,30}\b(?:followers"
                r"|likes|subscribers|views|web ?traffic|traffic to|reviews|backlinks|leads)\b"
            ),
            r"\b(?:get|more|real)\b.{0,15}\b(?:followers|subscribers|likes and)\b",
            r"\brank (?:higher|your (?:site|website)|#?1|on google|first)|\bfirst page of google",
            r"\bgoogle rankings?\b|\bsearch engine optimi[sz]ation",
            r"\bincrease (?:your )?(?:web )?traffic|\bemail list\b.{0,30}\bbuy",
            r"\bbulk (?:sms|email)|\bweb ?hosting (?:coupon|deal|discount)",
            r"\bvpn (?:deal|coupon|discount|review)|\b(?:dofollow|pbn|expired domains?)\b",
            r"\bsponsored post\b",
        ),
        6,
        _LINKS,
    ),
    Rule(
        "goods",
        (
            (
                r"\b(?:replica|fake|cheap|discount|wholesale|outlet|authentic"
                r"|knock[- ]?off)\b.{0,20}\b(?:watch(?:es)?|rolex|handbags?|bags|jerseys?"
                r"|shoes|sunglasses|sneakers|nike|jordans?|louis vuitton|gucci|ugg|oakleys?"
                r"|ray[- ]?bans?|chanel|prada|hermes|moncler|jackets|cigarettes|iphones?)\b"
            ),
            (
                r"\b(?:louis vuitton|gucci|ugg|canada goose|ray[- ]?ban|oakley|michael kors"
                r"|nike air|air jordan|rolex|moncler|prada|christian louboutin|burberry"
                r"|nfl)\b.{0,15}\b(?:outlet|sale|cheap|replica|online|store|discount|max|boots"
                r"|jerseys?|handbags?|pas cher|shop)\b"
            ),
            (
                r"\b(?:free|win|claim) (?:an? |your )?(?:iphone|ipad|playstation|gift ?cards?"
                r"|amazon gift|samsung|airpods|macbook|robux|v-?bucks|prize)"
            ),
        ),
        6,
        _GOODS,
    ),
    Rule(
        "fraud",
        (
            (
                r"\bbuy (?:an? )?(?:real |registered |genuine |fake )*(?:(?:uk|eu|british"
                r"|us) )?(?:passports?|visas?|driving licen[cs]es?|ielts|degrees?|diplomas?"
                r"|brp)\b"
            ),
            (
                r"\b(?:buy|order|purchase|get|obtain|real|registered|genuine|fake"
                r"|novelty)\b.{0,30}\b(?:passports?|driv(?:ing|er'?s) licen[cs]es?|ielts|toefl"
                r"|visas?|residence permits?|work permits?|diplomas?|degrees?|certificates?"
                r"|brp|national insurance number)\b.{0,50}\b(?:online|without|for sale|price"
                r"|cheap|whatsapp|no exam|guaranteed|registered|fast|days|contact)"
            ),
            (
                r"\b(?:ielts|toefl|pte|life in the uk) (?:certificate|test"
                r"|results?)?.{0,15}\bwithout (?:exam|test)"
            ),
            (
                r"\b(?:100 ?%|guaranteed|assured|sure) (?:visa|work permit|visas|approval"
                r"|success|asylum|citizenship)\b"
            ),
            (
                r"\b(?:visa|work permit|passport|sponsorship|job offer"
                r"|refugee status)\b.{0,15}\b(?:guaranteed|for sale|100 ?%)"
            ),
            (
                r"\bfake (?:passports?|documents?|ids?|visas?)\b.{0,20}\b(?:for sale|buy"
                r"|online|order)"
            ),
            r"\bmarriage visa\b.{0,30}\b(?:arrang|price|pay)|\bcounterfeit\b|\bclone cards?\b",
            r"\bundetectable\b",
        ),
        6,
        _FRAUD,
    ),
)
