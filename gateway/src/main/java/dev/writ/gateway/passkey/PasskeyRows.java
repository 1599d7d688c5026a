package dev.writ.gateway.passkey;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class PasskeyRows implements PanacheRepositoryBase<PasskeyRow, String> {}
