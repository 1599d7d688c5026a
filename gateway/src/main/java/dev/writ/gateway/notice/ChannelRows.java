package dev.writ.gateway.notice;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;

@ApplicationScoped
class ChannelRows implements PanacheRepositoryBase<ChannelRow, String> {}
