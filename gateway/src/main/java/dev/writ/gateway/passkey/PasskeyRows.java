package dev.writ.gateway.passkey;

import dev.writ.gateway.wire.Page;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class PasskeyRows implements PanacheRepositoryBase<PasskeyRow, String> {

    /** @param owner whose; empty for all */
    Uni<List<PasskeyRow>> revoked(Optional<String> owner, Page.Request page) {
        return owner.map(
                        name -> find("state = 'revoked' and id > ?1 and owner = ?2", Sort.by("id"), page.after(), name))
                .orElseGet(() -> find("state = 'revoked' and id > ?1", Sort.by("id"), page.after()))
                .page(0, page.rows())
                .list();
    }
}
