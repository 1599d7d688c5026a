package dev.writ.gateway.policy;

import dev.writ.audit.Recorded;
import dev.writ.model.Digest;
import dev.writ.rules.InvalidBundleException;
import dev.writ.rules.PolicyBundle;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A bundle's row as it was read: believed only as far as the entry that published it says the same.
 *
 * @param files a JSON object of texts by path
 * @param tools a JSON object of digests by tool: the definitions it was checked against
 * @param follows whether the row names that entry, by index and hash
 */
record StoredBundle(String files, String tools, Predicate<Recorded> follows) {

    /** The texts by path, if they are what was published. */
    Optional<Map<String, String>> files(Published published) {
        return follows.test(published.recorded())
                ? Texts.read(files)
                        .filter(texts -> bundle(texts)
                                .filter(bundle -> bundle.digest().equals(published.digest()))
                                .isPresent())
                : Optional.empty();
    }

    /** The bundle, if it is what was published. */
    Optional<PolicyBundle> bundle(Published published) {
        return files(published).flatMap(StoredBundle::bundle);
    }

    /** The digests of the tools, if they are those that were recorded. */
    Optional<List<Digest>> tools(Published published) {
        return Texts.read(tools)
                .filter(texts -> Digest.of(Texts.toJson(texts)).equals(published.tools()))
                .map(texts -> texts.values().stream().map(Digest::new).toList());
    }

    private static Optional<PolicyBundle> bundle(Map<String, String> texts) {
        try {
            return Optional.of(PolicyBundle.ofTexts(texts));
        } catch (InvalidBundleException changed) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "StoredBundle";
    }
}
