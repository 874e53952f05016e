"""What stands before or after a company's name and is not part of it."""

# ruff: noqa: RUF001 - Cyrillic forms are Cyrillic

from typing import Final

from leads.normalise.text import word_set

AFTER: Final = word_set(
    "inc, incorporated, corp, corporation, co, company, llc, llp, lp, pllc, pc, ltd, limited, plc, "
    "pty, pty ltd, pte, pte ltd, pvt, pvt ltd, private limited, ltda, limitada, eireli, mei, sa, "
    "s a, sas, s a s, sarl, s a r l, eurl, sasu, sca, scs, snc, gmbh, mbh, ag, kg, kgaa, ohg, gbr, "
    "ug, ev, e v, se, eg, sl, s l, slu, s l u, slp, sau, sc, spa, s p a, srl, s r l, srls, sapa, "
    "bv, b v, nv, n v, vof, cv, bvba, sprl, ab, hb, as, a s, asa, aps, oy, oyj, ky, tmi, sp zoo, "
    "sp z oo, sp z o o, sp j, sp k, doo, d o o, dd, ad, jsc, ojsc, cjsc, pjsc, sro, s r o, spol, "
    "spol s r o, kft, zrt, nyrt, bt, sia, uab, ou, oü, eood, ood, kk, k k, gk, co ltd, co kg, "
    "sdn bhd, bhd, berhad, tbk, jsc, fzco, fze, fz llc, dmcc, wll, saoc, sa de cv, s de rl de cv, "
    "sapi de cv, de cv, cia, y cia, et cie, cie, group, holding, holdings, ооо, зао, оао, пао, ао, "
    "株式会社, 有限会社, 合同会社, 有限公司, 股份有限公司, 有限责任公司, 주식회사",
    ", ",
)
BEFORE: Final = word_set(
    "the, ooo, oao, zao, pt, cv, ооо, зао, оао, пао, ао, тоо, firma, 株式会社, 有限会社, 合同会社, "
    "주식회사",
    ", ",
)
JOINED: Final = word_set("株式会社 有限会社 合同会社 股份有限公司 有限责任公司 有限公司 주식회사")
"""Written without a space before or after the name."""
