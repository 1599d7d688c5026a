module permits

go 1.18

require (
	github.com/golang-jwt/jwt/v5 v5.2.2
	github.com/gowebpki/jcs v1.0.1
)
