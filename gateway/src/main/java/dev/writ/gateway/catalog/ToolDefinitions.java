package dev.writ.gateway.catalog;

import dev.writ.gateway.auditing.GovernedState;
import dev.writ.model.Digest;
import dev.writ.model.ToolDefinition;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.List;

/** Every definition that was ever pinned. */
@ApplicationScoped
public class ToolDefinitions implements PanacheRepositoryBase<ToolDefinitionRow, String> {

    private final GovernedState state;

    ToolDefinitions(GovernedState state) {
        this.state = state;
    }

    /** Those definitions, by name; without those that are not there or were changed. */
    public Uni<List<ToolDefinition>> read(Collection<Digest> digests) {
        List<String> ids = digests.stream().map(Digest::value).toList();
        return state.rows(() -> list("digest in ?1 order by digest", ids))
                .map(rows ->
                        rows.stream().flatMap(row -> row.verified().stream()).toList());
    }
}
