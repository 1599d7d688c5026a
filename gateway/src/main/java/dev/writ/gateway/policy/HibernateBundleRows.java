package dev.writ.gateway.policy;

import dev.writ.gateway.auditing.GovernedState;
import dev.writ.gateway.catalog.ToolDefinitions;
import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The rows in PostgreSQL. */
@ApplicationScoped
class HibernateBundleRows implements BundleRows, PanacheRepositoryBase<BundleRow, String> {

    private final GovernedState state;
    private final ToolDefinitions definitions;

    HibernateBundleRows(GovernedState state, ToolDefinitions definitions) {
        this.state = state;
        this.definitions = definitions;
    }

    @Override
    public Uni<Optional<StoredBundle>> stored(Digest digest) {
        return state.rows(() -> findById(digest.value()))
                .map(row -> Optional.ofNullable(row).map(BundleRow::stored));
    }

    @Override
    public Uni<List<ToolDefinition>> tools(Collection<Digest> digests) {
        return definitions.read(digests);
    }
}
