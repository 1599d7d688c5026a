package dev.writ.gateway.token;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who somebody at a browser is, as an issuer signed it.
 *
 * @param issuer {@code iss}
 * @param client what the issuer knows Writ by
 * @param subject {@code sub}
 * @param context {@code acr}: how sure the issuer is, in its own words
 * @param methods {@code amr}: by what they logged in
 * @param at {@code auth_time}: when they logged in, if it says so
 */
public record LoggedIn(
        String issuer,
        String client,
        String subject,
        Optional<String> context,
        List<String> methods,
        Optional<Instant> at) {

    public LoggedIn {
        methods = List.copyOf(methods);
    }

    @Override
    public String toString() {
        return "LoggedIn[" + issuer + "]";
    }
}
