"""Which words name a desk or a function, and which may name a person. Pure.

A name is a desk's only if nothing is left of it after the words of desks and those of the
organisation: "Sarah Church" and "Peter Main" are people.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_BETWEEN = re.compile(r"[(),/:;|\[\]\n]|\s[-–—]\s?|[-–—]\s")
# they join words of desks and say nothing alone
_JOINING = frozenset(
    _WORD.findall("a an and at by for from in of on only or our per the this to via with")
)
_DESKS = frozenset(
    _WORD.findall("""
    access accommodation activity activities admin administration administrative administrator
    admissions adult adults advice adviser advisers advisor advisors advocacy after age agency aid
    allotments alternative answerphone any appointment appointments area art arts assistant
    association asylum available bank benefit benefits board booking bookings borough branch
    bursar business call calls campaigns care career careers carer carers caretaker case
    caseworker catering central centre center chair chairman chairperson chairwoman charity chief
    child childcare children choir church citizen citizens city claim claims class classes clerk
    clinic clinical club clubs coach college committee communications community company complaints
    contact coordination coordinator coordinators co counselling council counsellor county course
    courses credit crisis cultural customer customers customerservices day days daytime debt
    department deputy desk detox development director direct disability district division
    donations drop dropin drug drugs duty early edge education eligibility email emergency
    employment enablement enquiries enquiry equipment esol evening evenings events executive faith
    families family fgm finance first food foodbank foundation free freephone front fundraising
    general governor grants group groups hall head headteacher health helpdesk helpline help
    holiday holidays home homeless homelessness hospital hostel hotline hour hours house housing
    hub human immigration inclusion infants infoline information info inquiries inquiry intake job
    jobs junior justice key keyworker kitchen landline language law lead leader learning legal
    leisure library licensing line live local main maintenance male female manager management
    marketing media meals medical meeting member members membership men mental midwife midwifery
    minibus minicom minister ministry mobile museum music national night nurse nursery nursing
    office officer offices official older online open operations options organiser organisers
    organizer organization organisation out outreach over own parent parents parish partner
    partnership pastor pastoral patient people pharmacy phone playgroup point policy practice pre
    preschool president press priest prison probation programme programmes project projects
    provider public receptionist reception rector recovery referral referrals refugee refugees
    refuge regional registration registrar rehab relations relay rent reporting resettlement
    residential resource resources respite rights safeguarding sales scheme schemes school schools
    secretary section self senior sensory service services sexual sheet shelter shop short single
    skype sms social society specialist sport sports staff steward street student students
    substance support surgery switchboard tel telephone teacher team teams tenancy text textphone
    therapy toddler toddlers trade training transport treasurer trust tutor typetalk under unit
    universal university vicar victim visit visitor visits volunteer volunteering volunteers
    warden warm website weekend weekends welcome welfare wellbeing whatsapp women worker workers
    workshop young youth zone am pm monday tuesday wednesday thursday friday saturday sunday
    england scotland wales britain uk english arabic bengali cantonese chinese czech dari farsi
    french german gujarati hindi italian kurdish mandarin pashto persian polish portuguese punjabi
    romanian russian slovak somali sorani spanish tamil tigrinya turkish ukrainian urdu vietnamese
    bsl map year years month months week weeks weekday weekdays ext extension
    """)
)
_SHORTEST = 5  # letters of a word of desks that tells inside another: "leedsfoodbank"


@dataclass(frozen=True, slots=True)
class Said:
    """What *role* a text names, "" for none; *rest*: words that may name a person, or say more."""

    role: str
    rest: str = ""

    @property
    def may_be_a_person(self) -> bool:
        """Say whether the rest has a name: a capital in it that does not only begin a text."""
        capitals = [word[0].isupper() for word in _WORD.findall(self.rest)]
        return any(capitals[1:]) or (len(capitals) == 1 and capitals[0])


def said(text: str, names: str) -> Said:
    """Return what of *text* names a desk; words of *names* are those of the organisation."""
    parts = [part.strip() for part in _BETWEEN.split(text) if _WORD.search(part)]
    ours = words(names)
    desks = [part for part in parts if _is_desk(part, ours)]
    if len(desks) == len(parts):
        return Said(text)
    role = ", ".join(part for part in desks if not words(part) <= _JOINING)
    return Said(role, " ".join(part for part in parts if part not in desks))


def words(text: str) -> frozenset[str]:
    """Return the words of *text* in small letters, without the ending of a possessive."""
    return frozenset(_bare(each) for each in _WORD.findall(text))


def is_within(letters: str) -> bool:
    """Say whether *letters*, of a mailbox, have a word of desks in them."""
    return any(word in letters for word in _DESKS if len(word) >= _SHORTEST)


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word.casefold())


def _is_desk(part: str, ours: frozenset[str]) -> bool:
    return all(
        word in _DESKS or word in _JOINING or word in ours or word.isdigit() for word in words(part)
    )
