package dev.writ.gateway.policy;

import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Where the rows are that a bundle is compiled from. May be asked from any thread. */
interface BundleRows {

    Uni<Optional<StoredBundle>> stored(Digest digest);

    /** Definitions of tools by their digests, without those that are not there or were changed. */
    Uni<List<ToolDefinition>> tools(Collection<Digest> digests);
}
