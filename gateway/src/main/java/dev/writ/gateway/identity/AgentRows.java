package dev.writ.gateway.identity;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class AgentRows implements PanacheRepositoryBase<AgentRow, String> {}
