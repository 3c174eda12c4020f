"""Weights of the terms of a wait, as tools/fit_estimate.py fits them: do not edit.

Source: Miasto stołeczne Warszawa, api.um.warszawa.pl; made and collected 2019-12-30 to
2020-01-22; processed: dates repaired, inconsistent series removed, waiting times derived by
interpolation. Collected with kolejkeR (MIT, Copyright (c) 2019 Hanna Zdulska).
"""

MIDDLE = {
    "always": 0.3262,
    "ahead": 0.0561,
    "ahead beyond 21": -0.3901,
    "earlier days slower, known well": 0.269,
    "head of line older": 0.3635,
    "head of line older, with people ahead": -0.3386,
    "nobody called today": -0.5521,
    "first hour of the day": -0.2612,
    "more windows than of late": -0.3053,
    "no window open": -0.319,
    "longer than 20 minutes": -0.082,
    "hours after the first": -0.0573,
    "slow pace, with people ahead": -0.212,
}
LOWER = {
    "always": -0.6093,
    "somebody ahead": 0.4728,
    "ahead": -0.2952,
    "ahead beyond 3": 0.152,
    "ahead beyond 11": -0.042,
    "little seen today": 1.0028,
    "little seen on earlier days": 0.201,
    "no window open": -0.1468,
    "longer than 20 minutes": -0.139,
}
UPPER = {
    "always": 0.4164,
    "somebody ahead": -0.0462,
    "ahead": -0.4964,
    "ahead beyond 3": 0.0236,
    "ahead beyond 11": 0.1325,
    "little seen today": -0.6226,
    "little seen on earlier days": 0.0313,
    "no window open": 0.356,
    "longer than 20 minutes": 0.0938,
}
