"""A whole working day, played through the services against a real database.

``day`` draws the day, ``actors`` do what kiosks and clerks do, ``worker`` runs some of them in a
process, ``conductor`` owns virtual time, ``run`` puts it together, ``report`` says how it went.
"""
