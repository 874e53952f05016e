"""The domain of a company, and the ones that belong to no company."""

from typing import Final

from leads.normalise.text import word_set

FREE_MAIL: Final = word_set(
    "gmail.com googlemail.com yahoo.com ymail.com rocketmail.com yahoo.co.uk yahoo.co.in "
    "yahoo.co.jp yahoo.com.br yahoo.com.mx yahoo.com.ar yahoo.com.au yahoo.ca yahoo.fr yahoo.de "
    "yahoo.es yahoo.it hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.es hotmail.it "
    "hotmail.com.br outlook.com outlook.es outlook.fr outlook.de outlook.com.br live.com "
    "live.co.uk live.nl live.fr msn.com icloud.com me.com mac.com aol.com proton.me "
    "protonmail.com pm.me fastmail.com zoho.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de "
    "t-online.de freenet.de mail.com email.com yandex.com yandex.ru ya.ru mail.ru bk.ru inbox.ru "
    "list.ru rambler.ru qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net "
    "hanmail.net rediffmail.com libero.it virgilio.it tiscali.it alice.it orange.fr wanadoo.fr "
    "free.fr laposte.net sfr.fr bbox.fr neuf.fr uol.com.br bol.com.br terra.com.br ig.com.br "
    "comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net "
    "btinternet.com sky.com virginmedia.com talktalk.net ntlworld.com bigpond.com optusnet.com.au "
    "xtra.co.nz shaw.ca rogers.com sympatico.ca telus.net ziggo.nl kpnmail.nl planet.nl hetnet.nl "
    "skynet.be telenet.be bluewin.ch seznam.cz wp.pl o2.pl onet.pl interia.pl abv.bg hey.com "
    "tutanota.com tuta.com hushmail.com",
)
DISPOSABLE: Final = word_set(
    "mailinator.com guerrillamail.com guerrillamail.net sharklasers.com 10minutemail.com "
    "temp-mail.org tempmail.com tempmail.net temp-mail.io throwawaymail.com yopmail.com "
    "yopmail.fr getnada.com maildrop.cc trashmail.com trashmail.de dispostable.com fakeinbox.com "
    "mailnesia.com mintemail.com spamgourmet.com moakt.com emailondeck.com mohmal.com "
    "mailcatch.com discard.email burnermail.io tempr.email grr.la",
)
_SOMEBODY_ELSES: Final = word_set(
    "facebook.com instagram.com linkedin.com twitter.com x.com tiktok.com youtube.com t.me wa.me "
    "linktr.ee sites.google.com wixsite.com wordpress.com blogspot.com business.site",
)


def domain_of(email: str) -> str:
    """Answer what follows the @, in lower case."""
    return email.rpartition("@")[2].lower()


def is_free_mail(email: str) -> bool:
    """Tell whether anybody can have an address there, so that its domain names no company."""
    return domain_of(email) in FREE_MAIL


def is_nobodys(domain: str, besides: frozenset[str] = frozenset()) -> bool:
    """Tell whether mail there names no company: it is free, disposable, or one of `besides`."""
    return domain in FREE_MAIL or domain in DISPOSABLE or domain in besides


def company_domain(
    email: str | None, website: str | None, *, besides: frozenset[str] = frozenset()
) -> str | None:
    """
    Answer the domain that tells the company: the e-mail's, else the website's, else None.

    `besides` are further domains that belong to no company.
    """
    if email and not is_nobodys(domain := domain_of(email), besides):
        return domain
    if website and website not in besides and not _is_somebody_elses(website):
        return website
    return None


def _is_somebody_elses(website: str) -> bool:
    return any(website == host or website.endswith(f".{host}") for host in _SOMEBODY_ELSES)
