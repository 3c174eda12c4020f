"""Weights of the terms of a wait, as tools/fit_estimate.py fits them: do not edit.

Source: Miasto stołeczne Warszawa, api.um.warszawa.pl; made and collected 2019-12-30 to
2020-01-22; processed: dates repaired, inconsistent series removed, waiting times derived by
interpolation. Collected with kolejkeR (MIT, Copyright (c) 2019 Hanna Zdulska).
"""

MIDDLE = {
    "always": 0.1845,
    "ahead": 0.1791,
    "ahead beyond 21": -0.2506,
    "earlier days slower, known well": 0.282,
    "head of line older": 0.4355,
    "head of line older, with people ahead": -0.5157,
    "nobody called today": -0.4433,
    "first hour of the day": -0.4216,
    "more windows than of late": -0.2687,
    "no window open": -0.3495,
    "longer than 20 minutes": -0.2996,
}
LOWER = {
    "always": -0.2063,
    "somebody ahead": 0.1976,
    "ahead": -0.2928,
    "ahead beyond 3": 0.0568,
    "ahead beyond 11": 0.0158,
    "little seen today": 0.687,
    "little seen on earlier days": 0.2153,
    "no window open": -0.1731,
    "longer than 20 minutes": -0.1071,
}
UPPER = {
    "always": 0.432,
    "somebody ahead": 0.0659,
    "ahead": -0.6619,
    "ahead beyond 3": 0.2416,
    "ahead beyond 11": 0.1533,
    "little seen today": -0.315,
    "little seen on earlier days": -0.1181,
    "no window open": 0.3048,
    "longer than 20 minutes": 0.1668,
}
