package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/gowebpki/jcs"
)

type Permit struct {
	Tool string `json:"tool"`
	Args string `json:"args"`
	jwt.RegisteredClaims
}

type Permits struct {
	JWKS, Issuer, Audience string

	mutex sync.Mutex
	used  map[string]time.Time // ids, and when they expire; to be shared by all processes of the service
	keys  map[string]*ecdsa.PublicKey
}

// Check tells whether the token permits that call; args is the JSON of its arguments.
func (p *Permits) Check(token, tool string, args []byte) (*Permit, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	permit := &Permit{}
	parsed, err := jwt.ParseWithClaims(token, permit, p.key,
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithIssuer(p.Issuer), jwt.WithAudience(p.Audience),
		jwt.WithExpirationRequired(), jwt.WithLeeway(5*time.Second))
	if err != nil {
		return nil, err
	}
	canonical, err := jcs.Transform(args)
	if err != nil {
		return nil, err
	}
	digest := sha256.Sum256(canonical)
	now := time.Now()
	for id, expires := range p.used {
		if expires.Before(now) {
			delete(p.used, id)
		}
	}
	_, again := p.used[permit.ID]
	switch {
	case parsed.Header["typ"] != "writ-permit+jwt":
		return nil, errors.New("not a permit")
	case permit.Tool != tool:
		return nil, errors.New("for another tool")
	case permit.Args != "sha256:"+hex.EncodeToString(digest[:]):
		return nil, errors.New("for other arguments")
	case permit.ID == "" || again:
		return nil, errors.New("used before")
	}
	if p.used == nil {
		p.used = map[string]time.Time{}
	}
	p.used[permit.ID] = permit.ExpiresAt.Add(5 * time.Second)
	return permit, nil
}

// key reads the keys again when a token names one that is not known.
func (p *Permits) key(token *jwt.Token) (interface{}, error) {
	id, _ := token.Header["kid"].(string)
	if key, known := p.keys[id]; known {
		return key, nil
	}
	answer, err := http.Get(p.JWKS)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var set struct {
		Keys []struct{ Kid, Crv, X, Y string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {
		return nil, err
	}
	p.keys = map[string]*ecdsa.PublicKey{}
	for _, key := range set.Keys {
		x, errX := base64.RawURLEncoding.DecodeString(key.X)
		y, errY := base64.RawURLEncoding.DecodeString(key.Y)
		if key.Crv == "P-256" && errX == nil && errY == nil {
			p.keys[key.Kid] = &ecdsa.PublicKey{
				Curve: elliptic.P256(), X: new(big.Int).SetBytes(x), Y: new(big.Int).SetBytes(y)}
		}
	}
	if key, known := p.keys[id]; known {
		return key, nil
	}
	return nil, fmt.Errorf("no key %q", id)
}
