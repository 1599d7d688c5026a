package dev.writ.gateway.call;

import dev.writ.audit.Recorded;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.policy.Active;
import dev.writ.model.Facts;
import dev.writ.model.Grant;
import java.util.ArrayList;
import java.util.List;

/**
 * A call as envelopes of its agent cover it.
 *
 * @param alone with what people granted to this very call
 */
record Enveloped(Identity identity, Facts alone) {

    /** With what people granted to it by envelopes, too. */
    Facts with(Gathered gathered, Active active, Directory directory, List<Recorded> since) {
        List<Grant> granted = gathered.envelopes()
                .map(held -> held.grants(
                        alone,
                        identity.pseudonym(),
                        active::ruleDigest,
                        client -> directory.isRevokedAfter(client, since),
                        since))
                .orElse(List.of());
        if (granted.isEmpty()) {
            return alone;
        }
        List<Grant> all = new ArrayList<>(alone.grants());
        all.addAll(granted);
        return new Facts(
                alone.call(),
                alone.principal(),
                alone.tool(),
                alone.history(),
                alone.shared(),
                alone.origins(),
                all,
                alone.now());
    }

    /** Whether rules would have others sent than those that were compared with envelopes: nobody approved these. */
    boolean isOfOtherArguments(Facts seen, Obliged obliged) {
        return seen.grants().size() > alone.grants().size()
                && !obliged.sent().equals(alone.call().arguments());
    }
}
