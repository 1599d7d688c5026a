package dev.writ.gateway.notice;

import dev.writ.model.CallId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Optional;

/** Links into the console. They hold no token: whoever follows one is asked who they are. */
@ApplicationScoped
public class Links {

    private final Optional<URI> base;

    @Inject
    Links(ConsoleConfig config) {
        this(config.url());
    }

    /** What is wrong with the address stops the start. */
    Links(Optional<String> url) {
        this.base = url.map(Links::parse);
    }

    private static URI parse(String url) {
        URI parsed = URI.create(url.replaceAll("/+$", ""));
        boolean isUsable = ("https".equals(parsed.getScheme()) || "http".equals(parsed.getScheme()))
                && parsed.getHost() != null
                && parsed.getRawUserInfo() == null
                && parsed.getRawQuery() == null
                && parsed.getRawFragment() == null;
        if (!isUsable) {
            throw new IllegalArgumentException(
                    "writ.console.url is an address such as https://writ.example.com, without user, query and fragment");
        }
        return parsed;
    }

    /** Whether people reach the gateway over TLS, also where a proxy ends it. */
    public boolean areSecure() {
        return base.filter(url -> "https".equals(url.getScheme())).isPresent();
    }

    /** What they begin with. */
    public Optional<URI> base() {
        return base;
    }

    boolean areKnown() {
        return base.isPresent();
    }

    /** To one escalation. */
    Optional<URI> to(CallId call) {
        return base.map(url -> URI.create(url + "/console/approvals/" + call));
    }

    /** To all that wait. */
    Optional<URI> toAll() {
        return base.map(url -> URI.create(url + "/console/approvals"));
    }
}
