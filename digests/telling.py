"""Words that tell two stories apart, for `digests.same`. Pure data, all lower case, no accents."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# words that say nothing by themselves
STOP = _set(
    "a about after all also am an and any are as at be because been before being between"
    " both but by can could did do does doing down during each for from further had has have"
    " having he her here hers him his how i if in into is it its itself just me more most my of"
    " off on once only or other our out over own please s same she should so some such t than"
    " that the their them then there these they this those through to too under up us very was"
    " we were what when where which while who whom why will with would you your re via"
)
# one story is on, the other is off, late, over, put right or answered
TURNS = _set(
    "cancelled canceled cancellation postponed rescheduled extended extension correction"
    " corrected corrects clarification apology apologies withdrawn rebuttal reply replies"
    " replied respond responds responded response answers answered minutes notes recording"
    " results findings winners appointed filled full closed closes reopened reopens resumes"
    " resumed paused suspended delayed overturned shut shuts agenda thank thanks summary evaluation"
    " followup gallery photos"
)
TURNS_OF_TEXTS = _set(
    "cancelled canceled postponed rescheduled extended correction corrected withdrawn closed shut"
    " delayed suspended overturned reopened apologies sorry"
)
# the same, when a title begins with it or the text differs with it
NEWER = _set("update updated updates latest revised amended new now")
NOT = _set("not no never cannot without nobody none neither nor isnt wont dont cant")
# what a title may begin with when somebody passes it on
PASSED_ON = (
    r"re-?post(?:ed)?|re-?blog(?:ged)?|re-?shar(?:e|ed|ing)|shared?|sharing|fwd?|forward(?:ed)?|re"
    r"|reminder|worth (?:reading|sharing)|icymi|in case you missed it|please (?:share|read|note)"
    r"|from our (?:friends|partners)|for information|fyi|news|blog|guest (?:post|blog)|read"
    r"|still time|copied|cross-?post(?:ed)?|passed on|with thanks to [\w ]{2,40}|important|urgent"
)
# titles that many posts have
GENERIC = _set(
    "newsletter newsletters news update updates bulletin digest round roundup weekly monthly"
    " fortnightly daily week month latest blog post posts event events what whats on job jobs"
    " vacancy vacancies vacancy opportunity opportunities training funding grants grant welcome"
    " hello reminder information info minutes agenda meeting meetings notes report reports"
    " survey thank thanks edition issue briefing announcement notice untitled e-newsletter"
    " enewsletter ebulletin important media press release links link video photos volunteer"
    " volunteering volunteers housing esol legal health help support"
)
# what stands before or after the number of one of a row
ROWS = _set(
    "part round week issue edition phase volume vol number no episode session stage wave tranche"
    " lot module chapter workshop year day unit level"
)
VENUES = _set(
    "library church hall mosque temple gurdwara synagogue chapel school college university"
    " academy centre center museum gallery theatre cinema cafe restaurant pub park field gym"
    " stadium hospital surgery clinic hub forum office offices online zoom teams person"
    " video phone webinar house hotel garden market station square studio campus pavilion"
    " playhouse carriageworks"
)
SEASONS = _set(
    "spring summer autumn winter christmas easter ramadan eid diwali morning mornings afternoon"
    " afternoons evening evenings night nights weekend weekends weekly fortnightly monthly"
    " quarterly annual adults children women men girls boys parents families fathers mothers"
    " students teachers landlords tenants employers workers"
)
# places near Leeds and in the country, and peoples: in a title they are never a typing mistake
NAMES = _set(
    "adel aireborough allerton alwoodley armley beeston bramley burley burmantofts calverley"
    " chapeltown cookridge cottingley crossgates cross-gates farnley farsley garforth gipton"
    " gledhow guiseley halton harehills headingley holbeck horsforth hunslet hyde ireland-wood"
    " kippax kirkstall lawnswood lincoln-green meanwood methley middleton moortown morley"
    " oakwood osmondthorpe otley oulton potternewton pudsey rawdon richmond-hill rothwell"
    " roundhay scott-hall seacroft shadwell stanningley swarcliffe swillington tingley wetherby"
    " whinmoor whitkirk woodhouse woodlesford wortley yeadon leeds bradford wakefield"
    " huddersfield kirklees calderdale halifax dewsbury batley keighley shipley ilkley skipton"
    " harrogate york yorkshire hull sheffield rotherham doncaster barnsley pontefract castleford"
    " scarborough middlesbrough newcastle sunderland durham manchester salford bolton oldham"
    " rochdale bury stockport liverpool birmingham coventry leicester nottingham derby lincoln"
    " stoke wolverhampton bristol cardiff swansea newport london croydon brighton oxford"
    " cambridge norwich plymouth exeter southampton portsmouth glasgow edinburgh dundee aberdeen"
    " belfast scotland wales england ireland britain humber kent dover essex surrey cumbria"
    " afghan afghans afghanistan albania albanian arab arabic bangladesh bengali bulgaria"
    " bulgarian china chinese congo congolese cantonese czech dari egypt egyptian eritrea"
    " eritrean ethiopia ethiopian eu farsi french gambia german ghana greek hong kong hungarian"
    " india indian iran iranian iraq iraqi italian kurdish kurds lithuanian nigeria nigerian"
    " pakistan pakistani pashto persian poland polish portuguese punjabi roma romania romanian"
    " russia russian rwanda slovak somali somalia sorani spanish sudan sudanese syria syrian"
    " syrians tamil tigrinya turkey turkish uganda ukraine ukrainian ukrainians urdu vietnam"
    " vietnamese yemen zimbabwe palestine palestinian gaza israel lebanon"
)
# one word for the other turns a story round
OPPOSITES = tuple(
    _set(pair)
    for pair in (
        "open closed",
        "open close",
        "opens closes",
        "opening closing",
        "opens closed",
        "opens shuts",
        "opened closed",
        "opened shut",
        "accepted refused",
        "granted refused",
        "approved rejected",
        "won lost",
        "wins loses",
        "rise fall",
        "rises falls",
        "up down",
        "more fewer",
        "more less",
        "start end",
        "starts ends",
        "begins ends",
        "welcomes condemns",
        "supports opposes",
        "for against",
        "increase decrease",
        "increases decreases",
        "increased decreased",
        "needed found",
        "free paid",
        "legal unlawful",
        "lawful unlawful",
        "legal illegal",
        "before after",
        "first last",
        "allowed banned",
    )
)
NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "first",
            "two second",
            "three third",
            "four fourth",
            "five fifth",
            "six sixth",
            "seven seventh",
            "eight eighth",
            "nine ninth",
            "ten tenth",
            "eleven eleventh",
            "twelve twelfth",
        ),
        start=1,
    )
    for word in words.split()
}
ROMAN = {"ii": 2, "iii": 3, "iv": 4, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
