// Reads one request on each line, and says what becomes of it.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	permits := &Permits{JWKS: os.Args[1], Issuer: os.Args[2], Audience: os.Args[3]}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var request struct {
			Token, Tool string
			Args        json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			panic(err)
		}
		permit, err := permits.Check(request.Token, request.Tool, request.Args)
		if err != nil {
			fmt.Println("refused:", err)
		} else {
			fmt.Println("permitted", permit.ID)
		}
	}
}
