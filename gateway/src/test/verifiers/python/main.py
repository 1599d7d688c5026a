"""Reads one request on each line, and says what becomes of it."""
import json
import sys

import jwt

from permit import Permits

permits = Permits(*sys.argv[1:4])
for line in sys.stdin:
    request = json.loads(line)
    try:
        claims = permits.check(request["token"], request["tool"], request["args"])
        print("permitted", claims["jti"], flush=True)
    except jwt.PyJWTError as refusal:
        print("refused:", refusal, flush=True)
