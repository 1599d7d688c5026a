package dev.writ.connect.http;

import dev.writ.connect.net.HeaderRules;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request below the base URL, before the gateway adds its own headers and the credential.
 *
 * @param target path and query, encoded; empty for the base URL itself
 * @param body JSON in its canonical form
 * @param answers how its answer is read
 */
record OutboundRequest(
        String method, String target, Map<String, String> headers, Optional<String> body, AnswerForm answers) {

    OutboundRequest {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** With one more header. */
    OutboundRequest with(String name, String value) throws UnsendableException {
        if (!HeaderRules.isValue(value)) {
            throw new UnsendableException("'" + name
                    + "' is sent as a header, so it must be printable ASCII on one line, without blanks around it");
        }
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new OutboundRequest(method, target, more, body, answers);
    }

    @Override
    public String toString() {
        return "OutboundRequest[" + method + "]";
    }
}
