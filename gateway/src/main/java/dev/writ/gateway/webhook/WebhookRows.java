package dev.writ.gateway.webhook;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class WebhookRows implements PanacheRepositoryBase<WebhookRow, String> {}
