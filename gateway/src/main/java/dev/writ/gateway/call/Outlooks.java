package dev.writ.gateway.call;

import dev.writ.audit.Pseudonyms;
import dev.writ.gateway.catalog.Catalog;
import dev.writ.gateway.catalog.PinnedTool;
import dev.writ.gateway.policy.Active;
import dev.writ.gateway.policy.ActivePolicy;
import dev.writ.model.CallId;
import dev.writ.model.Facts;
import dev.writ.model.History;
import dev.writ.model.JsonObject;
import dev.writ.model.Principal;
import dev.writ.model.ToolCall;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Which tools somebody could ever be allowed to call, as far as that can be told before there is a call. */
@ApplicationScoped
class Outlooks {

    private final Catalog catalog;
    private final ActivePolicy policy;
    private final Pseudonyms pseudonyms;
    private final SecureRandom random;
    private final InstantSource clock;

    Outlooks(Catalog catalog, ActivePolicy policy, Pseudonyms pseudonyms, SecureRandom random, InstantSource clock) {
        this.catalog = catalog;
        this.policy = policy;
        this.pseudonyms = pseudonyms;
        this.random = random;
        this.clock = clock;
    }

    /** By name. Memory only. */
    List<PinnedTool> tools(Principal principal) {
        Identity identity = new Identity(
                principal.agent(), principal.onBehalfOf().map(pseudonyms::of).orElse(Identity.NOBODY));
        Active active = policy.after(List.of(), identity.topic());
        Instant now = clock.instant();
        CallId nobodys = CallId.mint(now, random);
        return catalog.tools().stream()
                .filter(tool -> active.mayPermit(facts(nobodys, principal, tool, now)))
                .toList();
    }

    private static Facts facts(CallId id, Principal principal, PinnedTool tool, Instant now) {
        ToolCall call = new ToolCall(
                id, Optional.empty(), tool.definition().name(), JsonObject.empty(), Optional.empty(), Optional.empty());
        return new Facts(call, principal, tool.definition(), History.UNKNOWN, List.of(), now);
    }
}
