# The images of a deployment. They hold one static program each and nothing else: no shell, no libraries, no base image.
# scripts/images builds the programs into the build context, bin/images. root/ holds an empty tmp that everyone may write:
# a tmpfs that is mounted again takes the mode of its mount point.

FROM scratch AS ca
COPY root/ /
COPY fabric-ca-server /bin/
ENTRYPOINT ["/bin/fabric-ca-server"]

FROM scratch AS peer
COPY root/ /
COPY peer /bin/
COPY core.yaml /etc/rootline/
# The external builder: one program under the three names that a peer calls.
COPY ccaas /opt/ccaas/bin/detect
COPY ccaas /opt/ccaas/bin/build
COPY ccaas /opt/ccaas/bin/release
ENV FABRIC_CFG_PATH=/etc/rootline
ENTRYPOINT ["/bin/peer"]
CMD ["node", "start"]

FROM scratch AS orderer
COPY root/ /
COPY orderer /bin/
COPY orderer.yaml /etc/rootline/
ENV FABRIC_CFG_PATH=/etc/rootline
ENTRYPOINT ["/bin/orderer"]

FROM scratch AS chaincode
COPY root/ /
COPY chaincode /bin/
ENTRYPOINT ["/bin/chaincode"]

FROM scratch AS gateway
COPY root/ /
COPY rootline /bin/
ENTRYPOINT ["/bin/rootline"]
CMD ["serve"]

# What an organisation's administrator uses by hand. The program is named with each call.
FROM scratch AS tools
COPY root/ /
COPY fabric-ca-client peer osnadmin configtxgen configtxlator rootline /bin/
COPY core.yaml /etc/rootline/
ENV PATH=/bin FABRIC_CFG_PATH=/etc/rootline
